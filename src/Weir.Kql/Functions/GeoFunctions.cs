namespace Weir.Kql.Functions;

/// <summary>Functions of the globe: known, none supported. <see cref="SignatureReader"/> says how a line reads.</summary>
internal static class GeoFunctions
{
    public const string Table = """
        geo_from_wkt(string/dynamic): dynamic
        geo_angle(number, number, number, number, number, number): real
        geo_azimuth(number, number, number, number): real
        geo_distance_2points(number, number, number, number, number/bool?): real
        geo_distance_point_to_line(number, number, dynamic): real
        geo_distance_point_to_polygon(number, number, dynamic): real
        geo_point_in_circle(number, number, number, number, number): bool
        geo_point_in_polygon(number, number, dynamic): bool
        geo_point_buffer(number, number, number, number?): dynamic
        geo_line_buffer(dynamic, number, number?): dynamic
        geo_polygon_buffer(dynamic, number, number?): dynamic
        geo_intersects_2lines(dynamic, dynamic): bool
        geo_intersection_2lines(dynamic, dynamic): dynamic
        geo_intersects_line_with_polygon(dynamic, dynamic): bool
        geo_intersection_line_with_polygon(dynamic, dynamic): dynamic
        geo_intersects_2polygons(dynamic, dynamic): bool
        geo_intersection_2polygons(dynamic, dynamic): dynamic
        geo_union_polygons_array(dynamic): dynamic
        geo_union_lines_array(dynamic): dynamic
        geo_polygon_to_s2cells(dynamic, number?, number?): dynamic
        geo_line_to_s2cells(dynamic, number?, number?): dynamic
        __geo_polygon_s2cell_covering_level(dynamic): int
        __geo_line_s2cell_covering_level(dynamic): int
        __geo_length_to_s2cell_level(number): int
        geo_polygon_densify(dynamic, number?, number/bool?): dynamic
        geo_polygon_area(dynamic): real
        geo_polygon_centroid(dynamic): dynamic
        geo_polygon_perimeter(dynamic): real
        geo_line_length(dynamic): real
        geo_line_centroid(dynamic): dynamic
        geo_line_densify(dynamic, number?, number/bool?): dynamic
        geo_line_simplify(dynamic, number?): dynamic
        geo_line_locate_point(dynamic, number, number, number/bool?): real
        geo_line_interpolate_point(dynamic, number): dynamic
        geo_closest_point_on_line(number, number, dynamic): dynamic
        geo_closest_point_on_polygon(number, number, dynamic): dynamic
        geo_polygon_simplify(dynamic, number?): dynamic
        geo_simplify_polygons_array(dynamic, number?): dynamic
        __geo_line_validate(dynamic): string
        __geo_polygon_validate(dynamic): string
        geo_point_to_geohash(number, number, number?): string
        geo_geohash_to_central_point(string): dynamic
        geo_geohash_to_polygon(string): dynamic
        geo_geohash_neighbors(string): dynamic
        geo_point_to_s2cell(number, number, number?): string
        geo_s2cell_to_central_point(string): dynamic
        geo_s2cell_neighbors(string): dynamic
        geo_s2cell_to_polygon(string): dynamic
        geo_point_to_h3cell(number, number, number?): string
        geo_h3cell_to_central_point(string): dynamic
        geo_h3cell_to_polygon(string): dynamic
        geo_h3cell_neighbors(string): dynamic
        geo_h3cell_children(string, number?): dynamic
        geo_h3cell_parent(string, number?): string
        geo_h3cell_rings(string, number): dynamic
        geo_h3cell_level(string): int
        geo_polygon_to_h3cells(dynamic, number?, number?): dynamic
        geo_info_from_ip_address(string): dynamic
        """;
}
