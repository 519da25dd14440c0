# What commands print.

fix-line = fix: { $title }
fix-line-unsafe = fix (unsafe): { $title }
table-sides = image sides: { $sizes }
