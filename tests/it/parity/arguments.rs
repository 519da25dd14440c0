//! Which parameter a row's argument becomes, on all rows of the framework's files.

use yolint::analysis::{Options, analyse};
use yolint::catalog;
use yolint::dialect::{Origin, row_params};
use yolint::{model, syntax};

use crate::common;

#[test]
fn arguments_become_the_parameters_that_they_are_said_to_be() {
    let mut seen = 0;
    for path in common::model_files() {
        let text = std::fs::read_to_string(path).expect("UTF-8");
        let model = model::read(&syntax::parse(&text).tree);
        let scale = model.scales().map(|(letter, ..)| letter).find(|letter| *letter == "n").unwrap_or_default();
        let analysis = analyse(&model, scale, &Options::default());
        for (row, analysed) in model.rows.iter().zip(&analysis.rows) {
            let name = row.module().and_then(|cell| cell.value.as_str()).expect("a module");
            let Some(spec) = catalog::find(name) else { continue };
            let params = row_params(spec);
            for (position, arg) in analysed.args.iter().enumerate() {
                let Origin::Cell(j) = arg.origin else { continue };
                let rest = params.last().filter(|param| param.name.starts_with('*'));
                let said = params.get(j).or(rest).map(|param| param.name);
                let is = spec.params.get(position).or(spec.params.last()).map(|param| param.name);
                assert_eq!(said, is, "argument {j} of {spec}");
                seen += 1;
            }
            let given = row.args().map_or(0, |args| args.items.len());
            let required = params.iter().filter(|param| param.is_required).count();
            assert!(given >= required, "{spec} is given {given} arguments");
        }
    }
    assert!(seen > 1000, "{seen} arguments were seen");
}
