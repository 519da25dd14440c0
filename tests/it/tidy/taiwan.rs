//! What Chinese readers in Taiwan get is made from the texts in simplified characters by the tables of `src/words/taiwan.rs`: these have
//! what occurs in the texts, and no more. What a new text lacks is said here.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use yolint::internals::words::{SIMPLIFIED, TRADITIONAL, WORDS};

/// Characters of our texts that Taiwan writes alike.
const ALIKE: &str = "\
    一三上下不且中串主之乎乘也了事二互些交人什仍他代令以件任份估似但位低何作使例供依便保信修倍倒值假偏做停偶像允元充先光\
    入全公六共其具典再冒出函分切列判到制前剩剪副割力加助包化匹十半印即卷卸原去又叉及反取受口另只叫可台右各合同名向否含告\
    命和哈哪唯器四回因固在地址均坐型域基堆填境增外多大太失奇套好如始姿子字存它安完官定宜客容寸射小少尚就尺尾局展峰嵌工左\
    差己已布希帕常幅干平序底度建式引弦形影往待很律得循微必志快忽怎思性息恰悄情想意慢懂成或截所手才打托批找抄把抑拆拒括拼\
    持指按挨掉排接控掩描提插搜搬摘播操支收改放效教整文斜斯新方旁旋既日早明星映是普曲更替最有服望期未末本束板析枚果架某查\
    核根格框案梯植概模次止正此步殊段母每比毫永求池沿法泡波注活流浪浮消深混添源滑漏激然照熵片版特率理瓶生用由界留略登百的\
    目直相省看真知矩短示科秒移程究空突窗立竟端符第等算管精系素索累缺置署考者而耗背能膜膨自至致色若英蒸藏融行表被裁西要覆\
    角解言警象起超足距跟路跳身迅近返述追退逆逐逗通速造遍道那部都配重量附限除隔集零需非面首骨高默";

/// Simplified characters that stand for several traditional ones, and the words in which the tables were seen to make the right one.
const SEEN: [(char, &[&str]); 20] = [
    ('复', &["修复", "重复", "反复", "复制", "复数"]),
    ('干', &["骨干", "若干"]),
    ('制', &["抑制", "限制", "复制", "控制"]),
    ('系', &["系数", "系统", "关系"]),
    ('签', &["标签", "签名"]),
    ('历', &["遍历"]),
    ('发', &["发现", "发生", "发出", "激发"]),
    ('冲', &["冲突"]),
    ('准', &["基准", "为准", "标准"]),
    ('范', &["范围", "范数"]),
    ('尽', &["不尽", "除尽"]),
    ('汇', &["汇总"]),
    ('采', &["采样", "采用"]),
    ('余', &["其余", "多余", "剩余", "余弦"]),
    ('征', &["特征"]),
    ('卷', &["卷积"]),
    ('台', &["平台"]),
    ('注', &["注释", "注解", "注意", "注册", "标注"]),
    ('志', &["标志", "日志"]),
    ('布', &["布尔", "布局", "分布"]),
];

/// The texts that are written anew: what the program says, and what the VS Code extension does.
fn texts() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = vec![
        root.join("editors/vscode/package.nls.zh-cn.json"),
        root.join("editors/vscode/l10n/bundle.l10n.zh-cn.json"),
    ];
    for folder in ["src/words/zh", "docs/zh/rules"] {
        let entries = fs::read_dir(root.join(folder)).expect("a folder of texts");
        // The list of rules is a page of the documentation alone.
        paths.extend(entries.map(|entry| entry.expect("a file").path()).filter(|path| !path.ends_with("README.md")));
    }
    let text = |path: &Path| fs::read_to_string(path).expect("UTF-8");
    paths.iter().map(|path| (path.display().to_string(), text(path))).collect()
}

fn is_chinese(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

#[test]
fn characters_are_known() {
    let known: BTreeSet<char> = SIMPLIFIED.chars().chain(ALIKE.chars()).collect();
    let mut unknown = BTreeSet::new();
    for (name, text) in texts() {
        for c in text.chars().filter(|c| is_chinese(*c) && !known.contains(c)) {
            unknown.insert(format!(
                "{c} of {name} is new: if Taiwan writes it otherwise, add it to SIMPLIFIED and TRADITIONAL in src/words/taiwan.rs, and if \
                 not, to ALIKE in tests/it/tidy/taiwan.rs; look whether Taiwan has another word there, too, for WORDS"
            ));
        }
    }
    assert!(unknown.is_empty(), "{}", Vec::from_iter(unknown).join("\n"));
}

#[test]
fn characters_of_several_meanings_are_in_words_that_were_seen() {
    let mut unseen = Vec::new();
    for (name, text) in texts() {
        for (c, words) in SEEN {
            let left = words.iter().fold(text.clone(), |text, word| text.replace(word, ""));
            for line in left.lines().filter(|line| line.contains(c)) {
                unseen.push(format!(
                    "{c} stands for several characters in Taiwan: add its word to SEEN in tests/it/tidy/taiwan.rs, and where the tables \
                     make the wrong one, to WORDS in src/words/taiwan.rs: {name}: {line}"
                ));
            }
        }
    }
    assert!(unseen.is_empty(), "{}", unseen.join("\n"));
}

#[test]
fn tables_have_no_more_than_occurs() {
    let text = texts().into_iter().map(|(_, text)| text).collect::<String>();
    assert_eq!(SIMPLIFIED.chars().count(), TRADITIONAL.chars().count());
    let left: Vec<char> = SIMPLIFIED.chars().chain(ALIKE.chars()).filter(|c| !text.contains(*c)).collect();
    assert_eq!(left, [' '; 0], "in no text");
    let left: Vec<&str> = WORDS.iter().map(|(word, _)| *word).filter(|word| !text.contains(word)).collect();
    assert_eq!(left, [""; 0], "in no text");
    let mut seen = BTreeSet::new();
    let twice: Vec<char> = SIMPLIFIED.chars().chain(ALIKE.chars()).filter(|c| !seen.insert(*c)).collect();
    assert_eq!(twice, [' '; 0], "twice in the tables");
    let mut seen = BTreeSet::new();
    let twice: Vec<&str> = WORDS.iter().map(|(word, _)| *word).filter(|word| !seen.insert(*word)).collect();
    assert_eq!(twice, [""; 0], "twice in the tables");
}

#[test]
fn nothing_simplified_is_left() {
    for (name, text) in texts() {
        let written = yolint::internals::words::traditional(&text);
        let left: BTreeSet<char> =
            written.chars().filter(|c| SIMPLIFIED.contains(*c) && !TRADITIONAL.contains(*c)).collect();
        assert!(left.is_empty(), "{name}: {left:?} is left by a word of WORDS");
    }
}
