"""All numerical constants of the moving interface, with unit, default and the test that fixes each.

h is the edge length at the surface, "of the edge" means as a share of it, s the advance of a facet
in a step.  A value that differs between 2D and 3D is a ``ByDimension``.  The nine steps are those
of ``moving``; docs/moving-interface.md shows them.

The last words of each docstring name a test file of tests/interface, with the subject of the test
that fails when the value is wrong by a factor of some units, a scenario that then fails, or the
case of ``deposition verify`` (E8b, E11c, …) for which the value was chosen.  "No test": no test of
tests/interface notices such a change.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ByDimension:
    """A value for two and one for three dimensions; ``value[cell.dim]``."""

    in_2d: float
    in_3d: float

    def __getitem__(self, dim: int) -> float:
        return self.in_2d if dim == 2 else self.in_3d


@dataclass(frozen=True)
class InterfaceNumerics:
    """Numerical constants of one step of the moving interface, in the order of its use."""

    # --- step 3: level set and scaling --------------------------------------------------------

    scaling_range: tuple[float, float] = (0.8, 1.25)
    """Factor by which an advance may be scaled to sweep its target volume; outside of it the time
    step is halved.  It also bounds the reach of a facet.  Narrower: test_huygens (targets); wider:
    test_corners_2d (a growing corner has no crossing)."""

    band_margin: float = 1.2
    """Width of the band in which ψ is exact beyond the furthest advance, of the longest edge: every
    vertex of a cell that the surface crosses must lie in it.  test_huygens (flat surface),
    test_moving (corner)."""

    sliding_advance: ByDimension = ByDimension(0.1, 0.2)
    """A vertex on the surface with |ψ| below this share of the edge slides along its normal onto
    the new surface and is not cut off: a cut would leave slivers, and groups of vertices at tips,
    of which Mmg wears them down.  At least ``level_set_clearance``, else facets at rest are moved.
    2D: test_moving (tip); 3D: be-3d, which fails in its first step without."""

    even_sliding_advance: ByDimension = ByDimension(0.0, 0.6)
    """The same at a vertex without a kink around which all facets advance alike
    (``kink_cosine``, ``uneven_advance``), and with all others of its facets sliding; no such rule
    in 2D.  test_huygens (even)."""

    least_slide_volume: float = 0.15
    """Share of its volume that each cell around a vertex must keep for that, in 2D for any sliding,
    and around those that follow.  test_huygens (thin), test_slide (thin)."""

    level_set_clearance: ByDimension = ByDimension(0.0, 0.1)
    """Least |ψ| at vertices that do not lie on the new surface, of the edge: a cut close to a
    vertex makes a sliver, which Mmg mends in 2D only.  2D: test_huygens (no current), test_moving
    (neck); 3D: no test."""

    largest_deficit_share: float = 0.15
    """Volume deficit of earlier steps that one step makes up, as a share of its own volume.
    test_huygens (deficit in small parts)."""

    scaling_tolerance: float = 1e-7
    """Change of a scaling factor at which the iteration has converged.  test_huygens (targets)."""

    scaling_passes: int = 40
    """Most iterations for the scaling factors; three to five are usual.  test_huygens (targets)."""

    swept_tolerance: float = 1e-5
    """Error of a swept volume, as a share of its target, that calls for no shorter step.  No
    test."""

    slide_limit: ByDimension = ByDimension(1.0, 0.25)
    """Way of the surface since the last cut up to which a step moves its vertices instead of
    cutting, of ``mesh.surface_size``: in 3D vertex normals are less exact, and a long way makes the
    surface rough.  2D: test_slide (steps); 3D: E11b-3d."""

    extension_passes: int = 30
    """Passes that extend such a move into the mesh, each one layer of cells further.  test_slide
    (layers)."""

    slide_quality: ByDimension = ByDimension(0.15, 0.2)
    """Least quality of the cells after such a step, or that of the worst before it if that is
    less.  test_slide (quality)."""

    deferred_advance: float = 0.1
    """Largest advance of a facet at a kink, or at a vertex that cannot move, that is deferred to
    the next cut, of ``mesh.surface_size``; more calls for the cut.  test_slide (kink)."""

    deferred_share: float = 0.01
    """Largest volume of a body that is deferred, as a share of that which the rest of its surface
    sweeps.  test_invariants_floating (block)."""

    # --- step 4: corners in 2D ----------------------------------------------------------------

    antiparallel_cosine: float = -0.95
    """Two sides of the surface whose normals have a smaller cosine face each other: their offsets
    cross nowhere near.  No test; chosen for E11c-discs."""

    crossing_tolerance: float = 0.05
    """Distance of a crossing from the new surface up to which it is accepted, as a share of s.
    test_corners_2d (cusp, growing corner), test_curve_2d (corner)."""

    crossing_reach: float = 2.0
    """Distance from the new surface of the edges between whose ends crossings are sought, and of a
    crossing from the middle of its edge, of the edge.  test_corners_2d (cusp)."""

    crossing_separation: float = 0.1
    """Crossings nearer to each other than this are one, of the edge.  test_corners_2d (cusp)."""

    least_barycentric: float = 0.01
    """Least barycentric coordinate of a new vertex in the edge or triangle that it divides.
    Larger: test_corners_2d (division)."""

    crossing_iterations: int = 3
    """Newton iterations for a crossing; straight sides take one.  test_corners_2d (cusp)."""

    wedge_divisions: int = 6
    """Most edges divided along the bisector of a wedge.  test_corners_2d (cusp)."""

    # --- step 5: mesh sizes and Mmg -----------------------------------------------------------

    cells_across_gap: ByDimension = ByDimension(4.0, 2.0)
    """Cells across a gap between two facing parts of the surface.  No test; chosen for E11e."""

    least_size_share: ByDimension = ByDimension(0.35, 0.7)
    """Least size of a cell in a gap, of ``mesh.surface_size``: a gap narrower than about 1.5
    surface cells closes within the next few steps, and resolving it would only cost time.
    test_floating_dead_lithium (pinched off)."""

    metal_size_slope: ByDimension = ByDimension(0.6, 1.0)
    """Increase of the cell size per distance inside metal, where nothing is solved.  No test: it
    costs or saves vertices only."""

    facing_cosine: float = 0.7
    """Cosine between a normal and the line to the other facet, from which two facets face each
    other.  test_floating_dead_lithium (pinched off)."""

    cut_through_vertex: float = 1e-5
    """Distance of the new surface from a vertex up to which the cut passes through it, of
    ``mesh.surface_size``; step 7 moves the surface to its place.  test_local_cut (close)."""

    patch_quality: float = 0.2
    """Quality of a cell below which it is remeshed where the rest of the mesh stays; cells
    of less than ``poor_quality`` that are left have been smoothed before.  test_local_cut
    (contains)."""

    patch_shortest_edge: ByDimension = ByDimension(0.4, 0.1)
    """Edge of a cell, of its target length, below which the same holds: the surface leaves fine
    cells behind.  In 3D they are few, and a cut leaves short edges.  test_local_cut (contains,
    left)."""

    patch_longest_edge: float = 1.8
    """Edge of a cell, of its target length, above which the same holds.  test_local_cut
    (contains)."""

    patch_layers: int = 2
    """Layers of cells around such cells, and around those that the new surface crosses, that are
    remeshed too; a third saves no bad cells.  test_local_cut (contains)."""

    largest_patch: float = 0.6
    """Share of the cells above which all are remeshed: nearly the same work.  test_local_cut
    (all)."""

    worn_quality: float = 0.4
    """Quality of cells of which a mesh that was remeshed as a whole has few.  test_local_cut
    (all)."""

    worn_share: float = 0.01
    """Number of such cells, over that of the patch, above which all cells are remeshed: Mmg
    takes twice as long for the patch of a worn mesh.  test_local_cut (all)."""

    mmg_clearances: tuple[float, ...] = (0.0, 1e-4, 1e-2, 5e-2, 0.1)
    """Least |ψ| at vertices, of ``mesh.surface_size``, tried in turn: where surfaces meet, Mmg may
    refuse a level set that vanishes at vertices, and accept it with the zeros moved aside.
    test_moving (short circuit)."""

    flat_triangle: float = 0.1
    """Quality of a triangle below which its longest edge is flipped before the cut, and its
    neighbourhood improved after it.  test_contact (flat)."""

    improvement_passes: int = 3
    """Most passes of this improvement.  No test."""

    improvement_tolerance: float = 0.05
    """Distance of ``mesh.surface_size`` by which it may move the new surface; step 7 moves it back
    as far as no cell becomes thin.  test_contact (needles)."""

    collapsed_quality: float = 0.2
    """Quality of a tetrahedron below which its short edges are collapsed after the cut.
    test_tetrahedron_collapse."""

    collapsed_edge: float = 0.25
    """Length below which such an edge is short, of ``mesh.surface_size``.
    test_tetrahedron_collapse."""

    poor_quality: ByDimension = ByDimension(0.25, 0.3)
    """Quality of a cell below which its inner vertices are smoothed, and in 2D edges inside its
    region flipped, where the surface has moved the vertices of a mesh.  test_slide (bad),
    test_remesh_correction (tetrahedra)."""

    corner_clearance: float = 0.1
    """Distance from a corner of dead lithium, of ``mesh.surface_size``, within which the new
    surface passes on to the other side of it.  test_contact (corner)."""

    mmg_gradation: float = 1.8
    """Mmg's bound on the ratio of neighbouring edges: looser than that of the size field.
    test_corners_2d (cusp); without it the error of S5 doubles."""

    mmg_least_edge: float = 0.3
    """Mmg's least edge, as a share of the least target length.  test_moving (corner)."""

    hausdorff_share: ByDimension = ByDimension(0.02, 0.15)
    """Mmg's largest distance between the cut and the remeshed surface, of ``mesh.surface_size``: a
    tight bound refines every curved place, which 3D cannot afford.  2D: test_curve_2d (circle),
    E8d; 3D: chosen for E11b-3d."""

    mmg_seconds: float = 30.0
    """Time limit of one call of Mmg, s: ten times its need on a busy machine.  No test."""

    mmg_seconds_per_vertex: float = 0.005
    """Addition to the time limit for each vertex, s.  No test."""

    # --- step 6: connectivity -----------------------------------------------------------------

    flat_at_collector: float = 0.02
    """``flat_share`` and ``thin_share`` of electrolyte that touches the collector: at the edge of a
    thin layer of lithium it is no gap.  test_invariants_protocols (stripped bare)."""

    flat_share: float = 0.05
    """Volume of a flat cell as a share of L^d/d!, L its longest edge; in 2D its height over L.  Two
    metal surfaces with only flat cells between them touch.  test_remesh_correction (gaps,
    movements)."""

    fragment_cells: float = 4.0
    """A component smaller than this many cells of ``mesh.surface_size`` is a fragment below mesh
    resolution.  test_floating_dead_lithium (pinched off, sent back)."""

    anchor_level: float = 1e-9
    """Vertices this near to the lowest one of a body anchor it too, as a share of the box.
    test_strippable_lithium (edge of the box)."""

    anchor_distance: float = 1e-6
    """Distance, µm, from which an anchor is outside of the metal: rounding only.  No test."""

    same_body_overlap: float = 0.5
    """Two bodies are the same if they overlap in this share of the smaller one's volume; each new
    body also belongs to its likeliest parent, so that the value rarely decides.  No test."""

    # --- step 7: correction of the remeshed surface -------------------------------------------

    largest_correction: float = 0.3
    """Largest movement of a surface vertex in a correction, as a share of s; of the largest s of
    its body where it moves evenly.  test_curve_2d (corner)."""

    gap_correction: float = 0.1
    """Largest way, of the edge, by which a body goes back evenly for the volume that a closed gap
    has added.  test_remesh_correction (closed gap)."""

    kink_cosine: float = 0.85
    """Cosine between the normals of a facet and of its vertex, below which the surface has a kink.
    test_corners_2d (cusp)."""

    uneven_advance: float = 0.3
    """Largest difference of the advances around a vertex that still is smooth growth, as a share of
    the larger one; beyond it the surface stays as it was cut.  test_curve_2d (advances differ)."""

    crossing_snap: float = 0.5
    """Distance over which the nearest vertex is moved to a crossing, of the edge.  test_corners_2d
    (cusp)."""

    least_volume_share: float = 0.1
    """Share of its volume that every cell keeps when vertices move.  test_floating_dead_lithium
    (pinched off), test_remesh_correction."""

    thin_share: float = 0.06
    """Like ``flat_share``, the volume that every cell keeps when vertices move: a quality of 0.1 in
    2D.  test_contact (thin)."""

    movement_halvings: int = 5
    """Halvings of a movement around a cell that it would squeeze, before it is given up.  No
    test."""

    correction_passes: int = 30
    """Most passes of the volume correction; two or three are usual, more where cells limit it.
    test_floating_dead_lithium (pinched off)."""

    least_gain_share: float = 0.2
    """Least measured gain of a pass, as a share of the expected one, with which the next pass is
    scaled.  No test."""

    resting_advance: float = 0.05
    """A body whose s is below this share of the edge is at rest: its correction is no measure of
    the step.  test_strippable_lithium (rest)."""

    negligible_deficit: float = 1e-4
    """Volume deficit that a body may keep, as a share of what Mmg may have worn off it.  No
    test."""

    negligible_movement: float = 1e-9
    """Movement, as a share of s, at which the volume correction has converged.
    test_floating_dead_lithium (pinched off)."""

    # --- step 8: salt and further species -----------------------------------------------------

    restored_edges: float = 4.0
    """Distance from the surface that moved within which the total of a further species is restored,
    of the edge.  Case I3 (order of convergence) fails with much larger ones."""

    largest_restoration: float = 0.5
    """Largest relative change of a concentration by it; where it would take more, the whole pocket
    takes part.  test_local_restoration (little beside the surface)."""

    rounding_way: float = 1e-9
    """Way of a vertex of the surface below which it is at rest, of the edge.  No test."""

    # --- step 9: SEI film ---------------------------------------------------------------------

    averaging_steps: int = 12
    """Steps of the third order in which film is averaged along the surface.  test_surface_average
    (wave)."""

    marker_parts: ByDimension = ByDimension(4, 2)
    """Parts of a facet edge at whose middles markers are put: 4 markers on a facet in 2D and in
    3D.  test_film_markers (equal films)."""

    shock_cosine: ByDimension = ByDimension(0.966, 0.906)
    """Cosine between the normals of two sides of a kink, from which one buries the film of the
    other, and normals are one-sided: 15 degrees in 2D, 25 in 3D.  A smooth surface of radius r must
    turn by less from facet to facet, h / r.  test_film_markers (groove)."""

    overrun_tolerance: float = 1e-6
    """Share of the advance of another side by which it must pass a marker to bury it.  No test."""

    landing_reach: float = 0.6
    """Distance from the end of its way at which a marker finds the new surface, of the edge there;
    remeshing and corrections move the surface by less.  No test."""

    facet_parts: ByDimension = ByDimension(8, 4)
    """Parts of a facet edge at whose middles the film of a place is sampled: 8 samples in 2D, 16 in
    3D.  No test."""

    # --- balances and ends of a run -----------------------------------------------------------

    rounding_volume: float = 1e-9
    """Share of the box below which a volume is rounding: of 40 µm, a ten-thousandth of an atom. No
    test."""

    unmeshable_gap: float = 0.05
    """Distance between deposit and counter electrode that no mesh resolves, of
    ``mesh.surface_size``: its cells stay as they are, and where a step fails, the cell is shorted.
    test_strippable_lithium (short circuit), test_local_cut (gap), case P3."""

    closed_gap: float = 0.01
    """Distance between deposit and counter electrode, of ``mesh.surface_size``, from which they
    touch: in a narrower gap the volume correction finds no room.  test_strippable_lithium (short
    circuit), case P3."""

    all_lithium: float = 1.0 - 1e-6
    """Share of the strippable lithium from which a step takes all of it.  test_strippable_lithium
    (Faraday's law)."""

    metal_below_cosine: float = 0.7
    """Cosine between growth axis and surface normal from which the metal lies below the surface and
    not beside it.  test_strippable_lithium (side on the edge), E11c-discs, E11d-neck."""

    @property
    def largest_scaling(self) -> float:
        """Upper end of ``scaling_range``."""
        return self.scaling_range[1]

    @property
    def two_sided_cosine(self) -> float:
        """Cosine between the normals of the two sides of a kink: 2 cos²a - 1, a the angle between
        one of them and the normal of the vertex."""
        return 2.0 * self.kink_cosine**2 - 1.0


NUMERICS = InterfaceNumerics()
"""The defaults; every run uses them."""
