"""Problems in print: what neighbouring lines share is said once, errors come first, and the rest is counted."""

from balik.errors import Problem
from balik.views.problems import problem_lines, refusal, verdict
from balik.words import say

ADVICE = say("Keep one.")


def problem(line, word="x", code="E206", **where):
    return Problem(
        code,
        say("'{quantity}' is not a quantity.", quantity=word),
        ADVICE,
        **{"file": "c/sites.csv", "line": line} | where,
    )


def test_one_problem_is_told_as_it_tells_itself():
    for single in (problem(3, column="capacity"), problem(3, code="W203"), problem(None), problem(None, file=None)):
        assert problem_lines([single]) == [str(single)]
    cell = problem(3, sheet="sites", cell="D3", column="capacity")
    assert problem_lines([cell]) == [str(cell)] and "sites!D3 capacity" in str(cell)


def test_neighbouring_lines_that_say_the_same_are_one_range():
    found = [problem(n, column="capacity") for n in (9, 3, 5, 4, 11)]
    text = "  E206  'x' is not a quantity. Keep one."
    assert problem_lines(found) == [
        f"c/sites.csv:3-5 capacity{text}",
        f"c/sites.csv:9 capacity{text}",
        f"c/sites.csv:11 capacity{text}",
    ]
    assert problem_lines([problem(3), problem(4)]) == [f"c/sites.csv:3-4{text}"]


def test_a_range_of_a_sheet_names_its_cells():
    found = [problem(n, file="c.xlsx", sheet="sites", cell=f"D{n}", column="capacity") for n in (3, 4, 5)]
    beside = problem(5, file="c.xlsx", sheet="sites", cell="E5", column="capacity")
    assert [line.split("  ")[0] for line in problem_lines([*found, beside])] == [
        "c.xlsx sites!D3:D5 capacity",
        "c.xlsx sites!E5 capacity",
    ]


def test_what_differs_in_anything_stands_apart():
    first = problem(3, column="capacity")
    for other in (
        problem(4, column="least"),
        problem(4, word="y", column="capacity"),
        problem(4, code="E207", column="capacity"),
        problem(4, file="c/lanes.csv", column="capacity"),
    ):
        assert len(problem_lines([first, other])) == 2
    mixed = [problem(n, column=column) for n in (2, 3) for column in ("least", "most")]
    assert [line.split("  ")[0] for line in problem_lines(mixed)] == ["c/sites.csv:2-3 least", "c/sites.csv:2-3 most"]


def test_errors_come_first_then_files_and_lines():
    found = [problem(1, code="W203"), problem(8), problem(5, file="c/a.csv"), problem(2)]
    assert [line.split("  ")[0] for line in problem_lines(found)] == [
        "c/a.csv:5",
        "c/sites.csv:2",
        "c/sites.csv:8",
        "c/sites.csv:1",
    ]


def test_fifty_lines_and_the_count():
    found = [problem(n) for n in range(2, 200, 2)] + [problem(n) for n in range(300, 400)]
    lines = problem_lines(found)
    assert len(lines) == 51 and lines[-1] == "… and 50 more"
    assert problem_lines(found, "id")[-1] == "… dan 50 lagi"
    assert len(problem_lines(found[:50])) == 50


def test_a_wrong_call_is_the_sentence_alone():
    assert problem_lines([Problem("E190", ADVICE)]) == ["Keep one."]


def test_a_warning_and_a_case_are_words_of_the_language():
    line = problem_lines([problem(None, code="W203", file=None)], "id")[0]
    assert line == "kasus  peringatan W203  'x' bukan besaran. Sisakan satu."


def test_how_many_there_are():
    errors, warning = [problem(2), problem(3)], problem(4, code="W203")
    assert verdict("c", [*errors, warning]) == "c: 2 problems, 1 warning."
    assert verdict("c", []).into("id") == "c: 0 masalah, 0 peringatan."
    assert refusal([*errors, warning]) == "2 problems. Nothing was solved."
    assert refusal(errors[:1]) == "1 problem. Nothing was solved."
