// A quarter of a channel with two opposite electrodes flush with its walls: x = 0 is the centre of the
// electrodes; the mid-plane, an equipotential, is the counter electrode.  Lengths in micrometres.
DefineConstant[
  electrode = {10, Min 0.1, Name "Channel/1 Half the length of the electrode"},
  height    = {10, Min 0.1, Name "Channel/2 Half the height of the channel"},
  beyond    = {40, Min 0.1, Name "Channel/3 Length of the channel beyond the electrode"},
  base      = {1, Min 0.1, Name "Channel/4 Thickness of the lithium"}
];

Point(1) = {0, 0, 0};
Point(2) = {electrode, 0, 0};
Point(3) = {electrode + beyond, 0, 0};
Point(4) = {electrode + beyond, height, 0};
Point(5) = {0, height, 0};
Line(1) = {1, 2};
Line(2) = {2, 3};
Line(3) = {3, 4};
Line(4) = {4, 5};
Line(5) = {5, 1};
Curve Loop(1) = {1 : 5};
Plane Surface(1) = {1};

Point(6) = {0, -base, 0};
Point(7) = {electrode, -base, 0};
Line(6) = {1, 6};
Line(7) = {6, 7};
Line(8) = {7, 2};
Curve Loop(2) = {6, 7, 8, -1};
Plane Surface(2) = {2};

Physical Surface("electrolyte") = {1};
Physical Surface("lithium") = {2};
Physical Curve("counter") = {4};
