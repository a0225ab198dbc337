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

#: Two homes whose tin varies (one twice as much, in the wet), tied to each other; a site of two sizes with a module,
#: another that holds together with it, and a queue.
CHANCE = {
    "materials": """
        material unit mass
        tin      kg   .
        box      dus  2""",
    "periods": """
        period length
        dry    1
        wet    2""",
    "lanes": """
        origin dest  material single
        h      north tin      yes
        h      south tin      yes
        k      north box      yes
        k      south box      yes
        l      queue box      .""",
    "supply": """
        place material period amount
        l     box      *      1
        h     tin      dry    10
        h     tin      wet    20
        k     box      *      5""",
    "sites": """
        place size  capacity chance together serves wait wait_chance variation
        north small 15       0.95   both     .      .    .           .
        north large 40       0.95   both     .      .    .           .
        south -     60       0.95   both     .      .    .           .
        queue mean  9        .      .        20     0.5  .           .
        queue even  9        .      .        20     0.5  .           0
        queue share 9        .      .        20     0.5  0.9         .""",
    "modules": """
        place module capacity most
        north rack   3        2""",
    "distributions": """
        variable table  column where   op mean sd
        tins     supply amount place=h *= 1    0.3
        boxes    supply amount place=k += 0    2""",
    "correlations": """
        a    b     rho
        tins boxes 0.5""",
    "demand": """
        place material
        north *
        south *
        queue box""",
}
#: The same, and what comes from h and from k is independent.
AT_ONCE = {name: text for name, text in CHANCE.items() if name != "correlations"}

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
        limit      quantity coef least most unit origin dest material mode  place account period over
        budget     cost     1    .     9000 .    .      .    .        .     .     .       . .
        fees       cost     1    .     500  .    .      .    .        .     .     fee     . .
        quota      collect  1    10    .    .    .      .    tin      .     a     .       wet .
        trips      trips    1    .     6    .    .      .    .        lorry .     .       . .
        weight     flow     1    .     0.3  t    a      .    .        .     .     .       each .
        share      flow     1    0     .    .    .      each tin      lorry .     .       . .
        share      deliver  -0.5 .     .    .    .      .    tin      .     each  .       . .
        waste      left     1    .     100  .    .      .    .        .     .     .       . .
        effort     km       1    .     80   .    .      .    .        .     .     .       wet .
        rail       flow     1    0.2   0.6  .    .      .    .        lorry .     .       .      .
        rail       flow     1    .     .    .    .      .    .        .     .     .       .      yes
        dear       cost     1    .     7    Rp/t .      .    .        .     .     fee     .      .
        dear       flow     1    .     .    .    .      .    .        .     .     .       .      yes""",
}

#: Goals in three priorities: one for each period, one in money beside it; a share of the market, pieces and trips; one
#: whose deviations are in tonnes and whose target is 0.
GOALS = ROAD | {
    "periods": """
        period length repeats past
        early  .      .       yes
        dry    1      1       .
        wet    2      3       .""",
    "market": """
        place material period amount
        a     tin      early  120""",
    "goals": """
        goal   quantity coef target sense    priority weight_over weight_under scale unit place material mode  account period over lag
        much   collect  1    60     at_least 1        .           2            .     .    a     tin      .     .       each   .    .
        much   collect  0.5  .      .        .        .           .            .     .    a     box      .     .       each   .    .
        cheap  cost     1    9000   at_most  1        3           .            .     .    .     .        .     .       .      .    .
        rate   collect  1    0.4    equal    2        1           0.5          .     .    a     tin      .     .       dry    .    .
        rate   market   1    .      .        .        .           .            .     .    .     tin      .     .       dry    yes  1
        few    trips    1    5      at_most  2        .           .            2     .    .     .        lorry .       .      .    .
        level  deliver  1    0      equal    3        .           .            .     t    c     tin      .     .       .      .    .
        level  deliver  -1   .      .        .        .           .            .     t    b     tin      .     .       .      .    .""",
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

#: What is sold comes back after one and after two periods; two tins in a box; kiosk has no row of supply for them.
BACK = {
    "periods": """
        period
        1
        2
        3""",
    "materials": """
        material unit mass
        box      dus  4
        tin      pcs  2
        scrap    kg   .""",
    "supply": """
        place material least most price left_cost
        shop  tin      5     7    3     0.5
        shop  scrap    0     40   1     0.25""",
    "demand": """
        place material period most
        shop  box      1      60
        shop  box      2      30
        kiosk box      1      20
        sink  tin      .      .
        sink  scrap    .      .""",
    "returns": """
        sold returned lag place share
        box  tin      1   *     1.5
        box  tin      1   kiosk 1.25
        box  tin      2   shop  0.5""",
    "deposits": """
        sold returned place period amount
        box  tin      *     .      8
        box  tin      shop  2      9""",
    "lanes": """
        origin dest material
        shop   sink tin
        kiosk  sink tin
        shop   sink scrap
        mill   shop box
        mill   kiosk box""",
    "processes": """
        process place most
        make    mill  200""",
    "recipes": """
        process material rate
        make    box      1""",
}

#: Three levels in the village, one in the town; two periods, of which one recurs.
OFFERS = {
    "periods": """
        period repeats
        dry    1
        wet    3""",
    "offers": """
        place   material level price amount
        village tin      none  0     0
        village tin      low   2     10
        village tin      high  5     30
        town    tin      low   1     7""",
    "supply": """
        place   material least most left_cost
        village tin      4     0    0.5""",
    "lanes": """
        origin  dest material
        village yard tin
        town    yard tin""",
    "demand": """
        place material
        yard  tin""",
}

#: Sorting in lots and batches by the kilogram of what is clean.
LOTS = {
    "processes": """
        process place per   cost most setup_cost lot batch
        sort    yard  clean 50   90   300        18  4.5""",
    "recipes": """
        process material rate
        sort    mixed    -1
        sort    clean    0.9
        sort    residue  0.1""",
    "supply": """
        place material most
        yard  mixed    72""",
    "demand": """
        place material price
        yard  clean    90
        yard  residue  0""",
}

#: A reserve at a place, and at a site of two sizes; the last end is fixed at one of them.
RESERVE = {
    "periods": """
        period
        1
        2""",
    "supply": """
        place material period amount
        yard  tin      1      50
        shed  tin      1      40""",
    "sites": """
        place size  capacity
        yard  small 60
        yard  large 90""",
    "stores": """
        place material period least end
        yard  tin      .      7     .
        shed  tin      1      5     .
        shed  tin      2      5     6""",
    "demand": """
        place material
        yard  tin
        shed  tin""",
}

#: Service levels at a place and at a site of two sizes, one beside a least; the last end is fixed at one of them.
SAFETY = RESERVE | {
    "stores": """
        place material period least service_level sd lead_time end
        yard  tin      .      7     0.95          3  2         .
        shed  tin      1      .     0.99          10 0.25      .
        shed  tin      2      .     0.99          10 0.25      12""",
}

#: Set-ups of one process, and shared by two (of which one has a lot); a lot beside a set-up; batches of what is clean.
SETUPS = {
    "periods": """
        period length repeats
        dry    1      1
        wet    2      3""",
    "places": """
        place
        yard
        shed""",
    "processes": """
        process place per   most setup setup_cost lot batch
        sort    yard  clean 90   .     50         18  .
        wash    *     .     40   line  30         .   .
        rinse   *     .     40   line  .          4   .
        press   yard  bale  20   .     .          .   5""",
    "recipes": """
        process material rate
        sort    mixed    -1
        sort    clean    0.9
        wash    clean    -1
        wash    flakes   1
        rinse   clean    -1
        rinse   flakes   1
        press   clean    -2
        press   bale     2""",
    "supply": """
        place material most
        yard  mixed    100
        shed  clean    25""",
    "demand": """
        place material
        *     flakes
        yard  bale""",
}

#: Hours shared by sorting and by what comes: of two sizes, of a size without end, and of a place that is no site.
RESOURCES = {
    "places": """
        place kind
        home  home
        yard  hub
        shed  hub
        barn  hub""",
    "periods": """
        period length repeats
        dry    1      1
        wet    2      3""",
    "materials": """
        material unit
        tin      kg
        clean    kg""",
    "lanes": """
        origin dest     material most
        home   kind:hub tin      90""",
    "supply": """
        place material most
        home  tin      100
        yard  tin      30""",
    "processes": """
        process place    per   most
        sort    kind:hub clean 40""",
    "recipes": """
        process material rate
        sort    tin      -1
        sort    clean    0.5""",
    "demand": """
        place    material
        kind:hub clean""",
    "sites": """
        place size  capacity
        yard  small .
        yard  large .
        barn  -     .""",
    "resources": """
        place size  resource period capacity unit
        yard  small hours    .      10       jam
        yard  large hours    .      40       jam
        yard  large hours    wet    30       jam
        barn  .     hours    .      .        jam
        shed  .     hours    .      6        jam
        shed  .     points   .      9        .""",
    "uses": """
        process material place    resource rate
        sort    .        .        hours    0.5
        .       tin      kind:hub hours    0.25
        .       tin      shed     hours    0.125
        sort    .        shed     points   -2
        .       tin      shed     points   1""",
}

#: Hazard of what moves and is collected, hours of trips, both added, and money at a rate.
MEASURES = ROAD | {
    "measures": """
        measure of        rate unit  material mode  period account
        hazard  flow      0.5  poin  tin      .     .      .
        hazard  left      2    poin  .        .     wet    .
        hours   trips     3    .     .        lorry .      .
        both    hazard    1    .     .        .     .      .
        both    hours     -4   .     .        .     dry    .
        spent   cost      0.1  juta  .        .     .      fee""",
}

#: Vans at two bases and a milk run, in a period and one twice as long; something calls for more vans in the first.
FLEETS = {
    "periods": """
        period length repeats
        dry    1      1
        wet    2      3""",
    "modes": """
        mode payload whole_trips
        van  10      yes
        cart 10      no""",
    "lanes": """
        origin dest material mode km
        a      b    tin      van  30
        b      c    tin      van  20
        a      c    tin      cart 50""",
    "tours": """
        tour stop place material mode km
        ring 1    b     .        van  .
        ring 2    a     tin      van  30
        ring 3    b     tin      van  30""",
    "supply": """
        place material most
        a     tin      80""",
    "demand": """
        place material
        c     tin""",
    "fleets": """
        mode base period available fixed_cost hours speed handling drivers serves
        van  a    .      4         100        20    40    1        .       .
        van  b    .      .         120        25    50    0.5      1.5     .
        van  b    wet    .         120        24    .     2        1.5     .
        cart b    .      .         7          10    20    0        .       all""",
    "limits": """
        limit quantity period place least
        busy  vehicles dry    b     2""",
}

#: Charges on the road: a levy by mass, a tax on income and on the levy, steps that rise (an allowance of carbon), steps
#: that fall, a tariff for the whole amount, and a least charge.
CHARGES = ROAD | {
    "charges": """
        charge of      account rate from to on    least unit   place material period
        levy   collect .       20   .    .  .     .     t      .     .        .
        tax    revenue vat     0.11 .    .  .     .     .      .     .        .
        tax    levy    vat     0.1  .    .  .     .     .      .     .        .
        carbon co2     .       500  0.04 .  .     .     t*CO2e .     .        .
        gate   deliver .       6    .    30 .     .     .      each  tin      each
        gate   deliver .       2    30   .  .     .     .      each  tin      each
        haul   flow    fee     5    .    25 whole .     kg     .     tin      dry
        haul   flow    fee     3    25   .  whole .     kg     .     tin      dry
        desk   collect .       2    .    .  .     40    .      a     tin      wet""",
}

#: Empties ride on the way back of full boxes and of tins: by payload with the fill of their lane, and by room.
BACKHAUL = {
    "materials": """
        material unit volume
        full     dus  0.05
        empty    dus  0.04
        tin      kg   0""",
    "modes": """
        mode  material payload room
        lorry full     100     40
        lorry empty    200     40
        lorry tin      500     40""",
    "lanes": """
        origin dest  material mode  fill backhaul
        depot  shop  full     lorry 1    no
        depot  shop  tin      lorry 1    no
        shop   depot empty    lorry 0.5  yes
        shop   depot tin      lorry 0.8  yes""",
    "supply": """
        place material most
        depot full     60
        shop  empty    90
        shop  tin      7""",
    "demand": """
        place material
        shop  full
        depot empty
        depot tin""",
}

#: Two villages, a site of two sizes, one that is always open; a village is as far from both.
DROPOFF = {
    "places": """
        place kind
        a     village
        b     village
        bank  point
        shop  point
        works works""",
    "distances": """
        origin dest km
        a      bank 1
        a      shop 3
        b      bank 2
        b      shop 2""",
    "supply": """
        place        material least most price left_cost
        a            tin      5     100  1     0.5
        b            tin      0     50   1     0
        kind:point   tin      0     7    2     0""",
    "dropoff": """
        place        dest       material step within share
        kind:village kind:point tin      near 2      0.6
        kind:village kind:point tin      far  4      0.2
        a            bank       tin      near 2      0.75""",
    "sites": """
        place size  capacity
        bank  small 40
        bank  large 200""",
    "lanes": """
        origin     dest  material
        *          works tin""",
    "demand": """
        place material
        works tin""",
}

#: A chain with owners: the bandar fetches from two lapak and brings to the factory; a stop of a milk run is budi's.
OWNERS = {
    "places": """
        place kind  owner
        h     home  .
        l1    lapak budi
        b     hub   bandar
        p     works pabrik""",
    "periods": """
        period repeats
        dry    1
        wet    3""",
    "modes": """
        mode payload full_rate empty_rate trip_cost
        truk 100     1         50         7""",
    "lanes": """
        origin dest material mode km price fee paid_by
        h      l1   tin      .    .  .     1   .
        l1     b    tin      truk 5  30    .   .
        b      p    tin      truk 9  60    .   origin""",
    "tours": """
        tour stop place material mode km floor
        ring 1    b     .        truk .  no
        ring 2    l1    tin      truk 6  no
        ring 3    b     tin      truk 6  no""",
    "supply": """
        place material most price
        h     tin      100  4
        l1    tin      80   10""",
    "demand": """
        place material price
        p     tin      100""",
    "charges": """
        charge of      rate from place
        levy   collect 2    .    .
        toll   deliver 1    20   .""",
}

#: Statement → case (and settings); the plain ones of a section come from the section's own case.
#: People near two sites of which one has two sizes and one stands already; rates of two villages, with a past.
TARGETS = {
    "places": """
        place people kind
        v1    100    village
        v2    300    village
        v3    50     village
        north .      site
        south .      site
        shop  .      .""",
    "periods": """
        period past
        2024   yes
        2025   yes
        2026   .
        2027   .""",
    "distances": """
        origin dest  km
        v1     north 3
        v1     south 9
        v2     north 5
        v2     south 4
        v3     north 9
        v3     south 9
        v1     shop  20
        v2     shop  20
        v3     shop  1""",
    "coverage": """
        place        site      within
        kind:village kind:site 5
        v3           shop      2""",
    "market": """
        place material period amount
        v1    tin      *      10
        v2    tin      2024   40
        v2    tin      2025   50
        v2    tin      2026   60
        v2    tin      2027   70""",
    "sites": """
        place size
        north small
        north large
        south -""",
    "lanes": """
        origin       dest      material
        kind:village kind:site tin""",
    "supply": """
        place material most
        v1    tin      8
        v2    tin      50""",
    "demand": """
        place     material
        kind:site tin""",
    "limits": """
        limit  quantity coef over lag least most spread place dest  period
        weee   collect  1    .    .   0.5   .    .      each  .     each
        weee   market   0.5  yes  1   .     .    .      each  .     each
        weee   market   0.5  yes  2   .     .    .      each  .     each
        mode   flow     1    .    .   0.2   0.6  .      .     north .
        mode   flow     1    yes  .   .     .    .      .     .     .
        fair   collect  1    .    .   .     .    0.1    each  .     .
        fair   market   1    yes  .   .     .    .      each  .     .
        reach  covered  1    .    .   0.5   .    .      .     .     .
        reach  people   1    yes  .   .     .    .      .     .     .""",
}

#: Sites over time: two sizes that may follow each other, one that exists and may not open again, one that is not phased;
#: stock that must be out before a site closes, and modules by period and for the horizon.
PHASES = {
    "periods": """
        period length
        2026   1
        2027   2
        2028   1""",
    "lanes": """
        origin dest  material fee
        h      north tin      1
        h      south tin      2
        h      yard  tin      3""",
    "supply": """
        place material period most
        h     tin      2026   60
        h     tin      2027   70
        h     tin      2028   30""",
    "demand": """
        place material
        north tin
        south tin
        yard  tin""",
    "stores": """
        place material room
        north tin      25
        yard  tin      5""",
    "sites": """
        place size  capacity least opening_cost running_cost closing_cost status
        north small 20       2     1000         10           50           candidate
        north large 90       0     1600         15           70           candidate
        south -     40       0     700          12           300          existing
        yard  -     15       0     400          5            0            candidate""",
    "phases": """
        place size  period capacity opening_cost running_cost may_open residual
        north small .      .        .            .            .        .
        north small 2027   25       1100         8            .        600
        north large 2026   .        .            .            no       .
        south .     .      .        .            .            no       0""",
    "modules": """
        place size  module period capacity cost running_cost most whole
        north small rack   .      5        90   2            3    yes
        north small rack   2028   5        80   2            3    yes
        yard  .     tent   .      0.5      4    1            .    no""",
}
NPV = {"finance": {"one_off": "npv", "rate": 0.1, "periods_per_year": 1}}

CASES: dict[str, tuple[dict[str, str], dict[str, Any]]] = {
    "flow": (ROAD, {}),
    "trips": (ROAD, {}),
    "returns": (ROAD, {}),
    "comeback": (BACK, {}),
    "deposits": (BACK, {}),
    "offers": (OFFERS, {}),
    "dropoff": (DROPOFF, {}),
    "variable-remaining": (BACK, {}),
    "cost-left": (BACK, {}),
    "delivery": (ROAD, {}),
    "processing": (WORKS, {}),
    "tours": (TOUR, {}),
    "siting": (SITES, ONCE),
    "sourcing": (SINGLE, {}),
    "stock": (STOCK, {}),
    "waiting": (CHANCE, {}),
    "chance": (CHANCE, {}),
    "variable-risk": (AT_ONCE, {}),
    "constraint-holding": (AT_ONCE, {}),
    "resources": (RESOURCES, {}),
    "setups": (SETUPS, {}),
    "reserve": (RESERVE, {}),
    "constraint-safety": (SAFETY, {}),
    "measures": (MEASURES, {}),
    "targets": (TARGETS, {}),
    "limits": (LIMITS, {}),
    "goals": (GOALS, {}),
    "variable-lowest": (TARGETS, {}),
    "constraint-spread": (TARGETS, {}),
    "fleets": (FLEETS, {}),
    "vehicles": (FLEETS, {}),
    "backhaul": (BACKHAUL, {}),
    "charges": (CHARGES, {}),
    "owners": (OWNERS, {}),
    "phases": (PHASES, NPV),
    "modules": (PHASES, ONCE),
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
