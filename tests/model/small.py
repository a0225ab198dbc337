"""The cases of the golden files: as small as the statement allows, with numbers that tell what went where."""

from __future__ import annotations

from typing import Any

#: A lorry shared by two materials from a to b, and a lane without a vehicle; a long season that recurs.
ROAD = {
    "places": """
        place kind
        a     source
        b     hub
        c     market""",
    "materials": """
        material unit mass volume
        tin      kg   .    0.02
        box      dus  2    0.5""",
    "periods": """
        period length repeats
        dry    1      1
        wet    2      3""",
    "modes": """
        mode  material payload room full_rate loaded_rate empty_rate trip_cost full_co2 loaded_co2 empty_co2
        lorry tin      100     40   2         30          20         500       0.001    0.5        0.25
        lorry box      50      40   5         30          20         500       0.004    0.5        0.25""",
    "lanes": """
        origin dest material mode  km fill fee least most
        a      b    tin      lorry 10 0.5  1   5     60
        a      b    box      lorry 10 1    0   0     .
        b      c    tin      .     7  1    4   0     .""",
    "supply": """
        place material least most price left_cost
        a     tin      0     80   3     0.5
        a     box      2     .    0     0""",
    "demand": """
        place material least most price shortage_cost
        c     tin      40    50   9     20
        b     box      0     .    -1    .
        b     tin      6     6    0     7""",
}

#: Lorries that only payload, only room, or both bind; whole and in fractions.
VEHICLES = {
    "materials": """
        material unit volume
        tin      kg   0.02
        box      dus  0.5""",
    "modes": """
        mode  payload room whole_trips trip_cost
        load  100     .    no          1
        bulk  .       40   no          1
        both  100     40   no          1
        whole 100     40   yes         1""",
    "lanes": """
        origin dest material mode  fill
        a      b    tin      load  0.5
        a      b    box      load  1
        a      b    tin      bulk  0.5
        a      b    box      bulk  1
        a      b    tin      both  0.5
        a      b    box      whole 1""",
    "supply": """
        place material amount
        a     tin      80
        a     box      70""",
    "demand": """
        place material
        b     tin
        b     box""",
}

#: Sorting by the kilogram of what is clean, and a spring that needs nothing; a season of double length.
WORKS = {
    "periods": """
        period length repeats
        dry    1      1
        wet    2      3""",
    "processes": """
        process place per   cost account most co2 jobs
        sort    yard  clean 50   sorting 90   0.2 0.01
        spring  yard  .     7    .       10   0   0""",
    "recipes": """
        process material rate
        sort    mixed    -1
        sort    clean    0.9
        sort    residue  0.1
        spring  water    2""",
    "supply": """
        place material most
        yard  mixed    100""",
    "demand": """
        place material
        yard  clean
        yard  residue
        yard  water""",
}

#: A milk run depot → p → q → depot. The leg into q has no floor; p is loaded above the payload row's share.
TOUR = {
    "places": """
        place
        depot
        p
        q""",
    "materials": """
        material unit volume mass
        tin      kg   0.02   .
        box      dus  0.5    2""",
    "periods": """
        period length repeats
        dry    1      1
        wet    2      3""",
    "modes": """
        mode  payload room full_rate loaded_rate empty_rate trip_cost full_co2 loaded_co2 empty_co2
        lorry 100     40   2         30          50         500       0.001    0.5        0.25""",
    "tours": """
        tour stop place material do   mode  fill km full_rate floor
        ring 1    depot .        .    lorry 1    .  .         yes
        ring 2    p     tin      load lorry 1.25 10 .         yes
        ring 3    q     tin      load lorry 0.8  4  .         no
        ring 3    q     box      load lorry 0.8  4  .         no
        ring 4    depot tin      .    lorry 1    9  3         yes
        ring 4    depot box      .    lorry 1    9  .         yes""",
    "supply": """
        place material amount
        p     tin      60
        q     tin      30
        q     box      20""",
    "demand": """
        place material
        depot tin
        depot box""",
}

#: Milk runs that one row binds (payload, or room on the last leg), and one that goes in whole trips.
ROUNDS = TOUR | {
    "materials": """
        material unit volume
        tin      kg   0.02
        box      dus  0.5""",
    "modes": """
        mode  payload room whole_trips trip_cost
        load  100     .    no          1
        bulk  .       40   no          1
        whole 100     .    yes         1""",
    "periods": """
        period
        1""",
    "tours": """
        tour  stop place material mode  fill floor
        full  1    depot .        load  1    no
        full  2    p     tin      load  0.8  no
        full  3    q     tin      load  0.5  no
        full  4    depot tin      load  1    no
        light 1    depot .        bulk  1    no
        light 2    q     box      bulk  1    no
        light 3    depot box      bulk  1    no
        slow  1    depot .        whole 1    no
        slow  2    q     box      whole 1    no
        slow  3    depot box      whole 1    no""",
}

#: Two households, a site of two sizes, a site that exists; what is collected at a site counts too.
SITES = {
    "periods": """
        period length repeats
        dry    1      1
        wet    2      3""",
    "lanes": """
        origin dest  material period fee
        h1     north tin      dry    1
        h2     north tin      dry    1
        h1     south tin      dry    2
        h2     south tin      dry    2
        h1     north tin      wet    1
        h2     south tin      wet    2""",
    "supply": """
        place material period most
        h1    tin      dry    60
        h2    tin      dry    30
        h1    tin      wet    160
        h2    tin      wet    130
        south tin      dry    10""",
    "sites": """
        place size  capacity least opening_cost running_cost unit_cost closing_cost status
        north small 40       5     1000         10           0.5       .            candidate
        north large 90       8     1600         15           0.4       .            candidate
        south -     50       0     700          12           0         300          existing""",
    "processes": """
        process place most
        well    south 6
        dump    *     .""",
    "recipes": """
        process material rate
        well    water    1
        dump    tin      -1""",
    "demand": """
        place material
        south water""",
}
ONCE = {"finance": {"one_off": "once"}}
YEARLY = {"finance": {"one_off": "annuity", "rate": 0.0, "years": 2, "periods_per_year": 14}}

#: The same sites, counted when they are used.
USED = SITES | {
    "limits": """
        limit quantity most
        few   use      1""",
}

#: Single sourcing over two modes, two periods and a tour; a site and a plain place may receive.
SINGLE = {
    "periods": """
        period
        1
        2""",
    "modes": """
        mode payload
        cart .
        van  .""",
    "lanes": """
        origin dest  material mode single most
        h      north tin      cart yes    .
        h      north tin      van  no     7
        h      south tin      cart yes    .
        h      dump  tin      cart no     .
        k      south tin      cart no     .""",
    "tours": """
        tour stop place material mode floor
        ring 1    south .        van  no
        ring 2    h     tin      van  no
        ring 3    south tin      van  no""",
    "supply": """
        place material period amount
        h     tin      1      10
        h     tin      2      12
        k     tin      *      5""",
    "sites": """
        place size  capacity
        north -     50
        south small 15
        south large 40""",
    "demand": """
        place material
        north tin
        south tin
        dump  tin""",
}

#: Stock over three periods of different length; it starts with 5 and ends with 3.
STOCK = {
    "periods": """
        period length
        1      1
        2      2
        3      1""",
    "supply": """
        place material period amount
        yard  tin      1      100""",
    "stores": """
        place material period room holding start end
        yard  tin      1      50   2       5     .
        yard  tin      2      60   1.5     .     .
        yard  tin      3      70   1       .     3""",
    "demand": """
        place material
        yard  tin""",
}

#: All that a balance may hold: lanes, collection, processes, delivery, and stock that stands there at the start.
YARD = STOCK | {
    "lanes": """
        origin dest material
        yard   shop tin""",
    "processes": """
        process place
        crush   yard""",
    "recipes": """
        process material rate
        crush   tin      -1
        crush   grit     0.8""",
    "demand": """
        place material
        yard  grit
        shop  tin""",
}

#: Limits of many kinds on the road.
LIMITS = ROAD | {
    "limits": """
        limit      quantity coef least most unit origin dest material mode  place account period
        budget     cost     1    .     9000 .    .      .    .        .     .     .       .
        fees       cost     1    .     500  .    .      .    .        .     .     fee     .
        quota      collect  1    10    .    .    .      .    tin      .     a     .       wet
        trips      trips    1    .     6    .    .      .    .        lorry .     .       .
        weight     flow     1    .     0.3  t    a      .    .        .     .     .       each
        share      flow     1    0     .    .    .      each tin      lorry .     .       .
        share      deliver  -0.5 .     .    .    .      .    tin      .     each  .       .
        waste      left     1    .     100  .    .      .    .        .     .     .       .
        effort     km       1    .     80   .    .      .    .        .     .     .       wet""",
}

#: More trips than the load needs are called for: the larger of payload and room must be met.
LARGER = {
    "materials": """
        material unit volume
        tin      kg   0.02""",
    "modes": """
        mode payload room
        van  10      1""",
    "lanes": """
        origin dest material mode km fill
        a      b    tin      van  3  0.5""",
    "supply": """
        place material most
        a     tin      100""",
    "demand": """
        place material least most shortage_cost
        b     tin      8     20   0""",
    "limits": """
        limit   quantity least
        busy    trips    4
        missing shortage 1""",
}

#: Statement → case (and settings); the plain ones of a section come from the section's own case.
CASES: dict[str, tuple[dict[str, str], dict[str, Any]]] = {
    "flow": (ROAD, {}),
    "trips": (ROAD, {}),
    "returns": (ROAD, {}),
    "delivery": (ROAD, {}),
    "processing": (WORKS, {}),
    "tours": (TOUR, {}),
    "siting": (SITES, ONCE),
    "sourcing": (SINGLE, {}),
    "stock": (STOCK, {}),
    "limits": (LIMITS, {}),
    "larger": (LARGER, {}),
    "constraint-balance": (YARD, {}),
    "variable-use": (USED, ONCE),
    "constraint-using": (USED, ONCE),
    "constraint-used_capacity": (USED, ONCE),
    "cost-opening": (SITES, YEARLY),
    "cost-closing": (SITES, YEARLY),
    "constraint-payload": (VEHICLES, {}),
    "constraint-room": (VEHICLES, {}),
    "variable-trips": (VEHICLES, {}),
    "variable-rounds": (ROUNDS, {}),
    "constraint-tour_payload": (ROUNDS, {}),
    "constraint-leg_load": (TOUR, {}),
    "constraint-leg_floor": (TOUR, {}),
}
