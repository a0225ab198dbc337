"""Where everything is: a map without a network, and the same as GeoJSON and GeoPackage."""

from .chart import site_map
from .geo import geojson, geopackage

__all__ = ["geojson", "geopackage", "site_map"]
