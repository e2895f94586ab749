#include "plot/heat_map.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>

#include "image/files.hpp"
#include "plot/confusion_matrix.hpp"
#include "plot/test_environment.hpp"
#include "tensor/error.hpp"
#include "tensor/file.hpp"

using namespace cnn;
using namespace cnn::plot;

BOOST_AUTO_TEST_SUITE(heat_maps)

BOOST_AUTO_TEST_CASE(cells_have_the_colors_of_their_values) {
    const Script script = heat_map_script({.values = Tensor({2, 2}, {0, 1, NAN, 0.5f}), .colors = Colors::gray});
    BOOST_TEST(script.data == "# column, row, colour\n$cells << EOD\n0 0 0x000000\n1 0 0xffffff\n1 1 0x808080\nEOD\n");
    const Script diverging = heat_map_script({.values = Tensor({1, 3}, {-1, 0, 4}), .colors = Colors::diverging});
    BOOST_TEST(holds(diverging.data, "1 0 0xf7f7f7"));  // zero is white though −1 and 4 are not as far from it
    BOOST_TEST(holds(diverging.data, "2 0 0x2166ac"));
    const Script fixed =
        heat_map_script({.values = Tensor({1, 2}, {-50, 50}), .colors = Colors::gray, .from = 0.f, .to = 1.f});
    BOOST_TEST(holds(fixed.data, "0 0 0x000000\n1 0 0xffffff"));
}

BOOST_AUTO_TEST_CASE(maps_of_any_size_become_pictures) {
    const TemporaryFolder folder;
    for (const Shape& shape : {Shape{1, 1}, Shape{3, 17}, Shape{1, 200}, Shape{90, 70}}) {
        Tensor values(shape);
        for (Index i = 0; i < values.count(); ++i) values[i] = static_cast<float>(i % 7);
        const HeatMap map{.title = "a_title", .values = values, .write_values = true};
        const Problem problem = draw_heat_map(map, folder.path() / "map.png");
        BOOST_TEST(!problem.has_value(), problem.value_or(""));
        const Image image = read_image(folder.path() / "map.png");
        BOOST_TEST(image.width == heat_map_script(map).width);
        BOOST_TEST(image.height == heat_map_script(map).height);
        BOOST_TEST(holds(read_file(folder.path() / "map.svg"), "a_title"));
    }
}

BOOST_AUTO_TEST_CASE(wrong_maps_are_refused) {
    BOOST_CHECK_THROW(heat_map_script({}), ShapeError);
    BOOST_CHECK_THROW(heat_map_script({.values = Tensor({2, 2, 2})}), ShapeError);
    BOOST_CHECK_THROW(heat_map_script({.values = Tensor({1, 5000})}), ShapeError);
    BOOST_CHECK_THROW(heat_map_script({.values = Tensor({2, 2}), .rows = {"one"}}), ShapeError);
}

BOOST_AUTO_TEST_CASE(all_equal_values_have_a_color) {
    for (const float value : {0.f, 3.f, NAN, INFINITY}) {
        for (const Colors colors : {Colors::sequential, Colors::diverging, Colors::gray})
            BOOST_TEST(holds(heat_map_script({.values = Tensor::full({2, 2}, value), .colors = colors}).data, "EOD"));
    }
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(confusion)

BOOST_AUTO_TEST_CASE(shares_are_of_the_row_and_counts_stand_below) {
    const Script script =
        confusion_matrix_script({.counts = Tensor({2, 2}, {995, 5, 300, 700}), .classes = {"cat_{s}", "dog"}});
    BOOST_TEST(holds(script.commands, "set label '84.75 % of 2,000 right'"));
    BOOST_TEST(holds(script.commands, "'0.5 %' at 1,-0.12"));
    BOOST_TEST(holds(script.commands, "'5' at 1,0.22"));
    BOOST_TEST(holds(script.commands, "'30 %' at 0,0.88"));
    BOOST_TEST(holds(script.commands, "\"cat_\\173s\\175\" 0, 'dog' 1"));
}

BOOST_AUTO_TEST_CASE(becomes_a_picture) {
    const TemporaryFolder folder;
    Tensor counts({10, 10});
    for (Index i = 0; i < 10; ++i) counts(i, i) = 90, counts(i, (i + 3) % 10) = 10;
    const Problem problem = draw_confusion_matrix(
        {.counts = counts, .classes = {"T-shirt/top", "it's", "`c`", "a_b", "{x", "%d", "\"q\"", "größe", "<&>", ""}},
        folder.path() / "confusion.svg");
    BOOST_TEST(!problem.has_value(), problem.value_or(""));
    const Image image = read_image(folder.path() / "confusion.png");
    BOOST_TEST(image.width > 900);
    BOOST_TEST(image.height > 900);
    const std::string svg = read_file(folder.path() / "confusion.svg");
    for (const char* name : {"T-shirt/top", "a_b", "{x", "%d", "größe", "&lt;&amp;", "90.00 % of 1,000 right"})
        BOOST_TEST(holds(svg, name), name);
}

BOOST_AUTO_TEST_CASE(odd_matrices) {
    BOOST_TEST(holds(confusion_matrix_script({.counts = Tensor({3, 3})}).commands, "no images"));
    BOOST_TEST(holds(confusion_matrix_script({.counts = Tensor({1, 1}, {1})}).commands, "100.00 % of 1 right"));
    BOOST_TEST(!holds(confusion_matrix_script({.counts = Tensor::full({100, 100}, 1)}).commands, "'1.0 %' at"));
    BOOST_CHECK_THROW(confusion_matrix_script({.counts = Tensor({2, 3})}), ShapeError);
    BOOST_CHECK_THROW(confusion_matrix_script({.counts = Tensor({2, 2}, {1, -1, 0, 0})}), ShapeError);
    BOOST_CHECK_THROW(confusion_matrix_script({.counts = Tensor({2, 2}, {1, NAN, 0, 0})}), ShapeError);
    BOOST_CHECK_THROW(confusion_matrix_script({.counts = Tensor({2, 2}), .classes = {"a"}}), ShapeError);
    BOOST_CHECK_THROW(confusion_matrix_script({}), ShapeError);
}

BOOST_AUTO_TEST_SUITE_END()
