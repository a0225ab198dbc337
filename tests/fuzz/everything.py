"""A small case with every column of every table, which has a plan, as texts of CSV files."""

from __future__ import annotations

#: Two periods, two hubs of which one is in two sizes, a store, a milk run, what is paid today, and two alternatives.
EVERYTHING = {
    "places": """place,name,kind,lat,lon,at,owner,people
a,Rumah A,home,-6,106,,warga,120
b,Rumah B,home,-6.05,106.05,,warga,80
s,Sortir,hub,-6.1,106.1,,kita,
h,Gudang,hub,-6.2,106.2,,kita,
w,Pabrik,works,-6.3,106.3,,lain,
x,Tempat buang,dump,,,w,kota,
""",
    "groups": """column,label,group
place,a,north
place,kind:hub,middle
origin,b,south
material,m,stream
mode,v,fleet
period,p1,early
process,sort,work
""",
    "materials": """material,name,unit,mass,volume
m,bekas,kg,,0.01
r,bersih,kg,1,0.005
box,kotak,dus,2,0.02
rest,sisa,t,,
pack,kemasan,pcs,0.5,
old,lama,kg,,
old2,lama-2,kg,,
""",
    "periods": """period,length,repeats,past
p0,,,yes
p1,1,1,
p2,2,1,
""",
    "modes": """mode,material,period,payload,room,full_rate,loaded_rate,empty_rate,trip_cost,full_co2,loaded_co2,empty_co2,whole_trips
v,,,50,3,0.01,0.2,0.1,5,0.1,0.5,0.3,no
v,r,,40,3,0.02,0.2,0.1,5,0.2,0.5,0.3,no
u,,p1,,20,0.01,0.3,0.2,9,0,1,0.8,yes
u,,p2,,20,0.01,0.3,0.2,9,0,1,0.8,yes
""",
    "lanes": """origin,dest,material,mode,period,km,fill,fee,least,most,single,within,nearest,backhaul,price,paid_by
kind:home,kind:hub,m,v,,,0.8,,,100,no,50,2,,0.2,
a,s,box,,,,,3,,,yes,,,,,
b,h,m,u,p2,,,,0,90,no,,,,,
s,w,r,v,p1,12,1,,1,200,no,,,,0.5,origin
s,w,r,v,p2,12,1,,,200,no,,,,0.5,origin
h,w,r,v,,,,,,,no,,,,,
group:middle,x,rest,,,,,1,,,,,,,,
s,w,box,v,,12,0.9,,,,,,,,0.5,origin
w,x,pack,,,,,0.2,,,,,,,,
a,x,old,,,,,0.1,,,,,,,,
kind:hub,x,old2,,,,,0.1,,,,,,,,
w,s,m,v,,12,1,,,5,no,,,yes,,
""",
    "distances": """origin,dest,km
a,s,10
s,a,11
kind:home,h,22
h,w,15
""",
    "supply": """place,material,period,amount,least,most,price,left_cost
a,m,p1,10,,,0.5,
a,m,p2,12.5,,,0.5,
b,m,,,2,30,0.5,1
a,box,,,,5,,1
w,pack,p2,,,1,0.1,0.2
a,old2,,,0,20,0.2,
""",
    "demand": """place,material,period,amount,least,most,price,shortage_cost
w,r,,,3,100,20,50
w,box,p1,2,,,4,
w,box,p2,,,5,4,
x,rest,,,,,-2,
x,pack,,,,,0.3,
x,old,,,,,2,
x,old2,,,,,2,
""",
    "market": """place,material,period,amount
a,m,p0,20
a,m,,25
b,m,,30
""",
    "coverage": """place,site,within
kind:home,kind:hub,30
""",
    "returns": """sold,returned,lag,place,share
r,pack,1,w,0.5
""",
    "deposits": """sold,returned,place,period,amount
r,pack,w,,2
r,pack,w,p2,2.5
""",
    "offers": """place,material,level,price,amount
a,old,low,0.5,5
a,old,high,1,9
""",
    "dropoff": """place,dest,material,step,within,share
a,kind:hub,old2,near,20,0.5
a,kind:hub,old2,far,200,0.25
""",
    "processes": """process,place,period,cost,per,account,most,co2,jobs,setup,setup_cost,lot,batch
sort,kind:hub,,1,m,sortir,60,0.2,0.01,jalur,2,0.5,
sort,h,p2,1.2,m,sortir,60,0.2,0.01,jalur,2,0.5,0.25
""",
    "recipes": """process,material,place,period,rate
sort,m,,,-1
sort,r,,,0.8
sort,rest,,,0.0002
sort,r,h,p2,0.75
sort,rest,h,p2,0.00025
""",
    "sites": """place,size,capacity,least,opening_cost,running_cost,unit_cost,closing_cost,status,chance,together,serves,wait,wait_chance,variation
s,small,30,1,100,10,0.1,,candidate,,,,,,
s,big,80,,180,15,0.1,,candidate,,,,,,
h,-,50,,,12,,40,existing,,,400,0.5,,0.5
""",
    "phases": """place,size,period,opening_cost,closing_cost,running_cost,capacity,least,may_open,may_close,residual
s,small,,,,,,,,,
s,big,p1,190,25,14,70,0,no,yes,0
s,big,p2,170,25,14,90,1,yes,no,0
""",
    "modules": """place,size,module,period,capacity,cost,running_cost,most,whole
s,small,rack,,5,20,1,3,yes
h,,tent,,0.5,2,,40,no
""",
    "resources": """place,size,resource,period,capacity,unit
kind:hub,,crew,,200,jam
s,big,crew,p1,300,jam
""",
    "uses": """process,material,place,resource,rate
sort,,,crew,0.5
,m,kind:hub,crew,0.1
""",
    "stores": """place,material,period,room,least,service_level,sd,lead_time,holding,start,end
h,m,,50,0.5,0.9,0.3,2,0.1,1,free
w,r,p1,40,0.5,,,,0.2,2,
w,r,p2,30,,0.95,0.1,0.25,0.2,,1
""",
    "tours": """tour,stop,material,place,do,mode,fill,km,full_rate,floor
t,1,,s,,,,,,
t,2,m,a,load,v,0.9,9,0.01,yes
t,3,m,b,load,v,0.9,4,0.01,yes
t,4,,s,unload,v,,8,,yes
""",
    "fleets": """mode,base,period,available,fixed_cost,hours,speed,handling,drivers,serves
v,s,,9,4,160,40,0.5,1.5,all
v,w,,3,5,150,30,,1,base
v,w,p2,2,5,150,30,1,,
""",
    "charges": """charge,of,account,rate,from,to,on,least,unit,place,kind,group,origin,dest,material,process,mode,size,period,tour
levy,collect,pungutan,0.1,,20,part,,kg,,home,,,,m,,,,each,
levy,collect,pungutan,0.2,20,,,,kg,,home,,,,m,,,,each,
desk,flow,,0.01,,,,1,kg,,,,a,,group:stream,,v,,p1,
gate,flow,,0.03,,15,whole,,kg,,,,,s,m,,,,,
gate,flow,,0.02,15,,whole,,kg,,,,,s,m,,,,,
north,collect,,0.05,,,,,t,,,north,,,m,,,,,
work,run,,0.1,,,,,,each,,,,,,sort,,,,
ring,trips,,0.5,2,,,,,,,,,,,,,,,t
rent,running,,0.1,,,,,,,,,,,,,,small,,
ppn,revenue,pajak,0.11,,,,,,,,,,,,,,,,
ppn,pungutan,pajak,0.11,,,,,,,,,,,,,,,,
""",
    "baseline": """origin,dest,material,mode,period,amount,cost
a,s,m,v,p1,10,30
a,s,m,v,p2,12.5,
b,s,m,v,p1,2,10
b,s,m,v,p2,2,
a,s,box,,p1,2,
s,w,box,v,p1,2,
s,w,r,v,p1,9.6,
s,w,r,v,p2,11.6,
s,x,rest,,p1,0.0024,0.1
s,x,rest,,p2,0.0029,
""",
    "invoices": """account,amount
transport,100
sortir,30
cost,-100
""",
    "measures": """measure,of,rate,unit,place,kind,group,origin,dest,material,process,mode,size,account,period,tour
risk,flow,0.1,poin,,,,a,s,m,,v,,,p1,
risk,collect,0.2,poin,a,,,,,m,,,,,,
risk,run,0.3,poin,,hub,,,,,sort,,,,,
area,open,30,m2,,,middle,,,,,,small,,,
paid,cost,0.001,,,,,,,,,,,transport,,
paid,trips,2,,,,,,,,,,,,,t
all,risk,1.5,,,,,,,,,,,,,
""",
    "limits": """limit,quantity,coef,least,most,unit,place,kind,group,origin,dest,material,process,mode,size,account,period,tour,owner,spread,over,lag
away,flow,,,500,kg,,,,a,,group:stream,,v,,,each,,,,,
in,flow,1,,900,kg,,,,,s,m,,,,,p1,,,,,
share,collect,1,0,,kg,b,,,,,m,,,,,,,,,,
share,collect,-0.05,,,kg,a,,,,,m,,,,,,,,,,
kept,collect,,,800,kg,,home,,,,m,,,,,,,,,,
north,collect,,,700,kg,,,north,,,m,,,,,,,,,,
work,run,,,900,,each,,,,,,sort,,,,,,,,,
halls,open,,,1,,,,,,,,,,small,,,,,,,
round,trips,,,40,,,,,,,,,,,,,t,,,,
pay,cost,,,1000000,IDR,,,,,,,,,,sortir,,,,,,
alive,margin,,-100000,,,,,,,,,,,,,,,each,,,
rate,collect,,0.05,,,each,,,,,m,,,,,each,,,,,
rate,market,,,,,each,,,,,m,,,,,each,,,,yes,1
even,collect,,,,,each,,,,,m,,,,,,,,2,,
even,market,,,,,each,,,,,m,,,,,,,,,yes,
near,covered,,0.3,,,,,,,,,,,,,,,,,,
near,people,,,,,,,,,,,,,,,,,,,yes,
""",
    "goals": """goal,quantity,coef,target,sense,priority,weight_over,weight_under,scale,unit,place,kind,group,origin,dest,material,process,mode,size,account,period,tour,owner,over,lag
much,collect,1,9,at_least,1,,2,10,kg,b,,,,,m,,,,,each,,,,
much,collect,0.1,,,,,,,,,home,,,,m,,,,,each,,,,
near,flow,,12,equal,2,1,0.5,100,kg,,,,a,s,m,,v,,,p1,,,,
back,collect,,0.3,at_least,2,,,,,,,north,,,m,,,,,p2,,,,
back,market,,,,,,,,,,,north,,,m,,,,,p2,,,yes,1
spent,cost,1,100,at_most,3,1,,,,,,,,,,,,,transport,,,,,
made,run,,30,at_least,3,,,,,,hub,,,,,sort,,,,,,,,
halls,open,,1,at_most,3,,,,,,,middle,,,,,,small,,,,,,
rounds,trips,,2,at_most,3,,,,,,,,,,,,,,,,t,,,
alive,margin,,-50,at_least,3,,,,,,,,,,,,,,,,,kita,,
""",
    "scenarios": """scenario,probability
high,0.5
low,0.25
""",
    "changes": """scenario,table,column,where,op,value
high,supply,amount,place=a;material=m,*=,1.25
low,demand,price,material=r,=,15.5
low,modes,full_rate,,+=,0.01
""",
    "criteria": """criterion,under,sense,weight,quantity
biaya,,least,,cost
hubungan,,most,,
warga,hubungan,most,2,
mitra,hubungan,most,1,
""",
    "comparisons": """under,judge,a,b,ratio
,ani,biaya,hubungan,3
,budi,hubungan,biaya,0.5
mitra,,besar + dekat,kecil + dekat,4
""",
    "scores": """alternative,criterion,value
besar + dekat,warga,3
kecil + dekat,warga,5
""",
    "switches": """switch,option,table,column,where,op,value
gudang,besar,sites,capacity,place=h,*=,1.5
gudang,kecil,,,,,
jarak,dekat,lanes,fee,origin=a;dest=s,=,2
""",
    "distributions": """variable,table,column,where,op,shape,mean,sd,low,high,mode
banyak,supply,amount,place=a;material=m,*=,normal,1,0.2,0,,
harga,demand,price,material=r,=,triangular,,,10,20,15
jauh,lanes,fee,origin=s;dest=w,+=,uniform,,,0,1,
lain,supply,amount,place=b,*=,lognormal,1,0.3,,,
""",
    "correlations": """a,b,rho
banyak,harga,-0.5
""",
    "expected": """quantity,scenario,value,tolerance,unit,verdict,place,kind,group,origin,dest,material,process,mode,size,account,period,tour,owner
cost,,-500,1000,IDR,reproduced,,,,,,,,,,,,,
collect,high,15,5,kg,misprint,a,,,,,m,,,,,p1,,
flow,,10,1,kg,not_unique,,,,a,s,m,,v,,,,,
run,,30,9,,not_derivable,,hub,,,,,sort,,,,,,
open,,1,,,reproduced,,,,,,,,,small,,,,
collect,low,,,kg,infeasible,,,north,,,m,,,,,,,
cost,,30,9,IDR,reproduced,,,,,,,,,,sortir,,,
trips,,5,5,,not_unique,,,,,,,,,,,,t,
""",
    "supply@high": """place,material,period,amount,least,most,price,left_cost
b,m,,,3,40,0.6,1
""",
    "lanes@low": """origin,dest,material,mode,period,km,fee,remove
h,w,r,v,,,,yes
s,w,box,v,,12,0.25,
""",
}
