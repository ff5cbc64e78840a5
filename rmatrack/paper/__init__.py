"""Drawing and reading back: values in, bytes out, in millimetres.

`labels.Batch` and `labels.draw` put labels of any carrier on a `papers.Paper`; `readback.read_back` reads what came of
it; `pictures.png` shows a page on a screen; `zpl.zpl` sends it to a thermal printer.
"""
