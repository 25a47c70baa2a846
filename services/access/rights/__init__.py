"""Rights: which team owns what, and who may change it for that."""
