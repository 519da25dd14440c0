# What is said of edits of heads.

head-add-p2 = Add a P2 level (stride 4) to the head
head-add-p6 = Add a P6 level (stride 64) to the head
head-drop-p5 = Drop the P5 level (stride 32) of the head
head-drop-p3 = Drop the P3 level (stride 8) of the head
head-only-p3 = Keep only the P3 level (stride 8) of the head
head-strides-unknown = the head reads maps whose strides aren't known
head-other-strides = that isn't for a head that reads maps of stride { $strides }
head-references = the rows of this file can't be edited so that all references stay true
head-row-fails = row { $row } would fail then: { $why }
head-not-reached = the head would not read maps of strides { $strides }
head-other-neck = the rows between backbone and head aren't those of a path down and back up (Upsample, Concat and a block; a convolution, Concat and a block), as in the framework's detection models
