"""The keys that every summary has."""

from __future__ import annotations

PROMISED = {
    "scenario",
    "completed",
    "capacity_mAh_cm2",
    "steps",
    "wall_s",
    "faraday_error",
    "salt_error",
    "salt_correction",
    "volume_correction",
    "wagner",
    "cell_voltage_first_V",
    "cell_voltage_steady_V",
    "cell_voltage_V",
    "cell_voltage_drift_percent",
    "measured_cell_voltage_V",
    "measured_difference_percent",
    "measured_words",
    "current_p99_over_mean_first",
    "current_p99_over_mean_last",
    "height_mean_um",
    "height_max_um",
    "height_min_um",
    "roughness_rms_um",
    "peak_to_valley_um",
    "height_mean_by_film_um",
    "void_area_um2",
    "roughness_factor",
    "c_min_mol_m3",
}
