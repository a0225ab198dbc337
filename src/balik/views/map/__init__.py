"""Where everything is: a map without a network, and the same as GeoJSON and GeoPackage."""

from .atlas import atlas_map
from .chart import site_map
from .geo import geojson, geopackage

__all__ = ["atlas_map", "geojson", "geopackage", "site_map"]
