"""Formulas as MathML, which browsers show by themselves: reading needs no script and no network, building no LaTeX."""

from docutils.nodes import SkipNode
from docutils.utils.math import latex2mathml


def visit_math(translator, node):
    """Write a formula within a line."""
    translator.body.append(_mathml(node, as_block=False))
    raise SkipNode


def visit_displaymath(translator, node):
    """Write a formula on a line of its own, with its number if it has one."""
    number = f'<span class="eqno">({node["number"]})</span>' if node["number"] else ""
    identifier = f' id="{node["ids"][0]}"' if node["ids"] else ""
    translator.body.append(f'<div class="formula"{identifier}>{_mathml(node, as_block=True)}{number}</div>\n')
    raise SkipNode


def _mathml(node, as_block):
    return latex2mathml.tex2mathml(node.astext().strip(), as_block=as_block)


def setup(app):
    """Register the renderer, which ``html_math_renderer = "mathml"`` chooses."""
    app.add_html_math_renderer("mathml", inline_renderers=(visit_math, None), block_renderers=(visit_displaymath, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
