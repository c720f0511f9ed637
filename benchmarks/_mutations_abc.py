"""Damage to tunes in ABC: faults among their fields, notes, lengths, bar lines and endings."""

import re

from _mutations import INTERESTING, damage_bytes

TOKEN = re.compile(r"\n|[A-Za-z]:[^\n]*|\d+|[|:\[\]]+|.", re.DOTALL)
SNIPPETS = (
    *("|:", ":|", "::", "||", "|]", "[|", "|1", ":|2", "[1,2", "[1-{n}", "|{n}", "Z{n}", "z{n}", "x/{n}", "C{n}/{m}"),
    *(
        "C" + "/" * 99,
        "C" + "'" * 99,
        "^^c",
        "__C",
        "=c",
        "-",
        "- |",
        ">",
        "<<<",
        "({n}",
        "(3:{m}:{n}",
        "(9",
        "&",
        "[CEG]",
    ),
    *("{{", "}}", '"', "!", "\\\n", "%", "\n\n", "[K:Dmix ^f]", "[M:{n}/{m}]", "[L:1/{n}]", "[V:2]", "\nV:2\n"),
    *("\nK:C{n}\n", "\nM:none\n", "\nM:{n}/4\n", "\nL:1/{n}\n", "\nQ:{n}\n", "\nP:AAB\n", "\nX:{n}\nT:x\nK:G\nGAB|\n"),
)


def damage_abc(random, data, other):
    """Return a tune book with damaged bytes or, mostly, with faults among the words of its tunes."""
    if random.random() < 0.2:
        return damage_bytes(random, data, other)
    tokens = TOKEN.findall(data.decode("latin-1"))
    for _ in range(random.choice((1, 1, 2, 3, 8))):
        if not tokens:
            break
        start = random.randrange(len(tokens))
        n_tokens = random.choice((1, 1, 2, 5, 50))
        action = random.randrange(5)
        if action == 0:
            del tokens[start : start + n_tokens]
        elif action == 1:
            place = random.randrange(len(tokens))
            tokens[place:place] = tokens[start : start + n_tokens] * random.choice((1, 1, 2, 9, 200))
        elif action == 2:
            numbers = [i for i, token in enumerate(tokens) if token.isdigit()]
            tokens[random.choice(numbers or [start])] = str(random.choice(INTERESTING))
        elif action == 3:
            tokens[start] = random.choice(tokens)
        else:
            snippet = random.choice(SNIPPETS).format(n=random.choice(INTERESTING), m=random.choice(INTERESTING))
            tokens[start:start] = [snippet] * random.choice((1, 1, 2, 30))
    return "".join(tokens).encode(random.choice(("latin-1", "utf-8", "utf-16")) if random.random() < 0.1 else "latin-1")
