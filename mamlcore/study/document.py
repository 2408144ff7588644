"""A report as a list of blocks, rendered as one self-contained HTML file or as Markdown: no script, no network.

The HTML is light or dark as the reader's system is, its figures with it.
"""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from string import Template

from mamlcore.figures import GROUNDS


@dataclass(frozen=True, slots=True)
class Heading:
    """A section's title."""

    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Plain text; ``strong`` for what has to be read first."""

    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of sentences."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a header; the first column is text, the others are set to the right."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """An SVG figure, drawn for light ground and for dark; name is the light one's file beside the Markdown."""

    name: str
    caption: str
    svg: bytes
    dark: bytes


@dataclass(frozen=True, slots=True)
class Code:
    """Text to copy, as it is; folded away in HTML under its title."""

    title: str
    text: str


Block = Heading | Paragraph | Bullets | Table | Picture | Code

#: Where the dark look is taken; paper stays light.
_DARK = "screen and (prefers-color-scheme: dark)"
_STYLE = """
:root { color-scheme: light dark; --ground: $LIGHT; --text: #1a1d21; --second: #555c65; --line: #d9dde2;
        --code: #f4f6f8; }
@media $DARK_LOOK {
  :root { --ground: $DARK; --text: #e8eaed; --second: #a6adb5; --line: #3a4048; --code: #282d33; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--text); background: var(--ground); max-width: 62rem;
       margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2.2rem; border-bottom: 1px solid var(--line); }
p.strong { font-size: 1.15rem; font-weight: 600; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; margin: 1rem 0; font-variant-numeric: tabular-nums; font-size: 0.87rem; }
caption { text-align: left; font-weight: 600; padding: 0.3rem 0; }
th, td { padding: 0.22rem 0.6rem; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; }
th:first-child, td:first-child { text-align: left; }
figure { margin: 1.2rem 0; } figure img { width: 100%; height: auto; } figcaption { color: var(--second); }
pre { background: var(--code); padding: 0.8rem; overflow-x: auto; font-size: 0.82rem; }
"""
_STYLE = Template(_STYLE).substitute(LIGHT=GROUNDS[0], DARK=GROUNDS[1], DARK_LOOK=_DARK)


def to_html(title: str, blocks: Sequence[Block]) -> str:
    """Return one HTML file with everything in it; the browser is told to load and run nothing else."""
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    head = (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{_STYLE}</style></head>\n<body>\n'
    )
    return f"{head}<h1>{escape(title)}</h1>\n{''.join(map(_html, blocks))}</body></html>\n"


def _html(block: Block) -> str:
    match block:
        case Heading(text):
            return f"<h2>{escape(text)}</h2>\n"
        case Paragraph(text, strong):
            return f"<p class='{'strong' if strong else 'plain'}'>{escape(text)}</p>\n"
        case Bullets(items):
            return f"<ul>{''.join(f'<li>{escape(item)}</li>' for item in items)}</ul>\n"
        case Table():
            return _html_table(block)
        case Picture():
            return _html_picture(block)
        case Code(title, text):
            return f"<details><summary>{escape(title)}</summary><pre>{escape(text)}</pre></details>\n"


def _html_picture(picture: Picture) -> str:
    light, dark = (f"data:image/svg+xml;base64,{b64encode(svg).decode()}" for svg in (picture.svg, picture.dark))
    said = escape(picture.caption)
    return (
        f'<figure><picture><source media="{_DARK}" srcset="{dark}">'
        f'<img alt="{said}" src="{light}"></picture><figcaption>{said}</figcaption></figure>\n'
    )


def _html_table(table: Table) -> str:
    header = "".join(f"<th>{escape(cell)}</th>" for cell in table.header)
    rows = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>\n" for row in table.rows)
    return (
        f'<div class="scroll"><table><caption>{escape(table.caption)}</caption>\n<thead><tr>{header}</tr></thead>\n'
        f"<tbody>{rows}</tbody></table></div>\n"
    )


def to_markdown(title: str, blocks: Sequence[Block]) -> str:
    """Return Markdown; pictures are linked as files beside it."""
    return "\n\n".join([f"# {title}", *map(_markdown, blocks)]) + "\n"


def _markdown(block: Block) -> str:
    match block:
        case Heading(text):
            return f"## {text}"
        case Paragraph(text, strong):
            return f"**{_plain(text)}**" if strong else _plain(text)
        case Bullets(items):
            return "\n".join(f"- {_plain(item)}" for item in items)
        case Table():
            return _markdown_table(block)
        case Picture(name, caption):
            return f"![{caption}]({name})"
        case Code(title, text):
            return f"{title}:\n\n```\n{text}\n```"


def _markdown_table(table: Table) -> str:
    lines = [table.header, ("---", *["---:"] * (len(table.header) - 1)), *table.rows]
    rows = "\n".join(f"| {' | '.join(_plain(cell).replace('|', chr(92) + '|') for cell in line)} |" for line in lines)
    return f"{table.caption}\n\n{rows}"


def _plain(text: str) -> str:
    """Keep what Markdown would read as emphasis or markup as it is."""
    for sign in "*_<":
        text = text.replace(sign, "\\" + sign)
    return text
