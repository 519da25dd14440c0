# What is wrong with YAML.

merge-of-mappings = `<<` merges a mapping, or a list of mappings
bare-equals = a bare `=` has a meaning of its own in YAML 1.1: put it in quotes
no-scalar-type = a safe loader has no scalar type for the tag `{ $tag }`
no-value-of-type = `{ $text }` is no value of the type `!!{ $name }`
comment-lost-hash = this is a comment that lost its `#`
comment-of-other-language = `{ $mark }` begins no comment in YAML: each line of a comment begins with `#`
fence-of-markdown = this line is Markdown around the file: remove it
conflict-of-git = Git left a conflict here: keep one of its two sides, and remove the lines that begin with `<<<<<<<`, `=======` and `>>>>>>>`
odd-space-indents = U+{ $code } is no space in YAML: indent with ordinary spaces
colon-of-other-width = the colon behind `{ $name }` is a full-width one, which is text in YAML: write `:`
tab-indents = a TAB can't indent YAML: use spaces
tab-between-words = a TAB between words: PyYAML's pure-Python loader (`yaml.safe_load`) rejects it
dash-in-list = a row in a bracketed list must not have a dash
dash-starts-here = a `- ` item can't start here: put it on a line of its own
question-without-key = a `?` without a key after it
question-starts-here = a `? ` key can't start here
colon-without-key = a `:` without a key before it
second-colon = a second `: ` in one value: write the inner mapping on its own lines, or quote the text
closes-wrong = `{ $bracket }` closes the wrong bracket: another one must be closed first
closes-nothing = this `{ $bracket }` closes nothing
comma-after-row = unexpected comma after a row that starts with a dash, or after a key's value
colon-expected = expected a `:` after this key
dash-without-space = a space is missing after this dash
value-starts-with = a value can't start with `{ $c }`: put it in quotes
invisible-character = the invisible character U+{ $code } isn't allowed in YAML: the framework drops it and reads on, other readers refuse the file
tag-form = a tag looks like `!!str` or `!name`, with a space behind it
question-in-brackets = a `?` between brackets: PyYAML's pure-Python loader (`yaml.safe_load`) rejects it
colon-without-space = a `:` without a space after it: libyaml, the framework's YAML reader, rejects it here
quote-not-closed = this { $quote } is never closed
block-scalar = a block scalar starts with `|` or `>`, then an indentation of 1-9 and `+` or `-` if you want them
tab-in-text = a TAB indents this text: libyaml, the framework's YAML reader, rejects it
comment-without-space = a comment without a space before it: PyYAML's pure-Python loader (`yaml.safe_load`) rejects it
text-after-value = unexpected text after a complete value; a comment starts with `#`
neither-row-nor-key = this line is neither a row nor a key
single-document = the file must be a single YAML document
dashes-expected = expected `---` between the directives and the document
yaml-versions = libyaml, the framework's YAML reader, supports only YAML versions 1.1 and 1.2
yaml-directives = only the directives `%YAML` and `%TAG` exist: libyaml rejects others
malformed-directive = a malformed directive
directive-without-document = a directive without a document
value-expected = expected a value
not-of-value = this doesn't belong to the value above it
colon-space-missing = a space is missing after the colon of `{ $name }:`
colon-missing = a colon is missing after this key
colon-missing-after = a colon is missing after `{ $name }`
dash-missing = a `- ` is missing before this row
question-of-libyaml = a `?` without a key: libyaml, the framework's YAML reader, rejects it
bracket-not-closed = this `{ $bracket }` is never closed
comma-missing = a comma is missing here
comma-without-value = a comma without a value before it
opening-missing = a `[` is missing in this row: its last `]` closes nothing
extra-closing = extra `]`
extra-opening = extra `[`
extra-comma = extra comma
closing-missing = this `[` is never closed: `{ $closing }` is missing
text-too-long = the text is longer than 4 GiB
merge-as-key = `<<` merges mappings and works only as a key: put it in quotes if you mean the text
key-is-list = a list or mapping can't be a key
no-anchor = there is no anchor `&{ $name }` above this alias; put it in quotes if you mean the text
tag-handle = the tag handle `{ $handle }` is not declared
anchor-twice = the anchor `&{ $name }` is already defined
not-of-loader = a safe loader can't read this as `{ $tag }`
list-of-single-mappings = `{ $tag }` must be a list of mappings with one entry each
nested-deeper = nested deeper than { $levels } levels
unknown-escape = unknown escape sequence
looks-like-float = `{ $text }` looks like a float, and isn't one
looks-like-integer = `{ $text }` looks like an integer, and isn't one
looks-like-date = `{ $text }` looks like a date, and isn't one
alias-name = the name of an alias may contain only letters, digits, `-` and `_`
anchor-name = the name of an anchor may contain only letters, digits, `-` and `_`
row-is-indented = this row is indented by { $count ->
    [one] 1 space
   *[other] { $count } spaces
}, but its neighbours by { $expected }
key-is-indented = this key is indented by { $count ->
    [one] 1 space
   *[other] { $count } spaces
}, but its neighbours by { $expected }
no-inclusion = the framework can't include other files: its YAML loader doesn't know `!include`. Write the lines of that file here
tag-of-python = the framework's YAML loader makes no objects of Python: remove `!!{ $name }`
lines-with-numbers = the lines begin with their numbers: remove the numbers
lines-quoted = the lines begin with `>`, as in a quotation: remove it
lines-of-diff = this text is a diff: remove its marks, and the lines that it takes out
bullet-for-dash = a row begins with `- `, not with `{ $bullet }`
two-rows-on-line = this is a second row on one line: each row stands on a line of its own, behind a dash
two-keys-on-line = `{ $name }` is a second key on this line: put it on a line of its own
call-in-row = a module and its arguments are two cells: write `{ $cells }`
mark-for-comma = cells are separated by commas, not by `{ $mark }`
row-in-curly-brackets = the brackets of a row must be square
html-entity = `{ $entity }` is what a page's source has for `{ $meant }`
odd-space = U+{ $code } is no space in YAML: write ordinary spaces
rows-left-out = `{ $dots }` stands for no row: write the rows that were left out here
