#include "plot/figure.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <set>

#include "image/files.hpp"
#include "plot/test_environment.hpp"
#include "tensor/error.hpp"
#include "tensor/file.hpp"

using namespace cnn;
using namespace cnn::plot;

namespace {

// How many different colours the picture holds; a blank one has one.
std::size_t colors_in(const Image& image) {
    std::set<int> colors;
    for (std::size_t i = 0; i + 2 < image.pixels.size(); i += 3)
        colors.insert(image.pixels[i] << 16 | image.pixels[i + 1] << 8 | image.pixels[i + 2]);
    return colors.size();
}

bool has_color(const Image& image, Color color) {
    for (Index row = 0; row < image.height; ++row)
        for (Index column = 0; column < image.width; ++column)
            if (image(row, column, 0) == color.red && image(row, column, 1) == color.green &&
                image(row, column, 2) == color.blue)
                return true;
    return false;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(figures)

BOOST_AUTO_TEST_CASE(the_script_says_what_the_figure_says) {
    const Script script =
        figure_script({.title = "Sweep",
                       .panels = {{.title = "a {b}",
                                   .x = {.label = "size"},
                                   .y = {.label = "accuracy", .logarithmic = true, .unit = " %"},
                                   .series = {{.name = "s_1", .x = {1, 2, 3}, .y = {80, NAN, 90}}, {.y = {0, -1}}},
                                   .notes = {{2, 85, "here"}}}}});
    BOOST_TEST(holds(script.data, "$panel1_series1 << EOD\n1 80\n2 NaN\n3 90\nEOD\n"));
    BOOST_TEST(!holds(script.data, "series2"));  // no value has a place on a logarithmic axis
    BOOST_TEST(holds(script.commands, "set logscale y"));
    BOOST_TEST(holds(script.commands, "unset logscale x"));
    BOOST_TEST(holds(script.commands, "set label 'Sweep'"));
    BOOST_TEST(holds(script.commands, "set label 's_1'"));
    BOOST_TEST(holds(script.commands, "set label 'here' at first 2,85"));
    BOOST_TEST(holds(script.commands, "'80 %%' 80"));
    BOOST_TEST(std::count(script.commands.begin(), script.commands.end(), '{') == 0);  // a brace would end the block
}

BOOST_AUTO_TEST_CASE(lines_points_bars_and_bands_are_drawn) {
    const TemporaryFolder folder;
    const Figure figure{
        .panels = {{.title = "left",
                    .series = {{.name = "line", .y = {1, 2, 3}, .low = {0, 1, 2}, .high = {2, 3, 4}},
                               {.name = "dashed", .y = {3, 2, 1}, .style = Style::dashed},
                               {.name = "points", .y = {2, 2, 1}, .style = Style::points}}},
                   {.title = "right",
                    .x = {.names = {"one", "a name that is much too long to stand beside the others", "3"}},
                    .series = {{.name = "bars",
                                .y = {1, 2, 3},
                                .style = Style::bars,
                                .color = Color{1, 2, 200},
                                .labels = {"1", "2", "3"},
                                .low = {0.5, 1.5, 2.5},
                                .high = {1.5, 2.5, 3.5}}}}},
        .width = 900,
        .height = 500};
    const Problem problem = draw(figure, folder.path() / "figure.png");
    BOOST_TEST(!problem.has_value(), problem.value_or(""));
    const Image image = read_image(folder.path() / "figure.png");
    BOOST_TEST(image.width == 900);
    BOOST_TEST(image.height == 500);
    for (std::size_t i = 0; i < 3; ++i) BOOST_TEST(has_color(image, palette(i)));
    BOOST_TEST(has_color(image, {1, 2, 200}));
    const std::string svg = read_file(folder.path() / "figure.svg");
    for (const char* text : {"dashed", "points", "left", "right", "much too long"}) BOOST_TEST(holds(svg, text), text);
}

BOOST_AUTO_TEST_CASE(odd_data_still_gives_a_picture) {
    const TemporaryFolder folder;
    const double infinity = std::numeric_limits<double>::infinity();
    const std::vector<Series> odd{{},
                                  {.y = {5}},
                                  {.y = {NAN, NAN}},
                                  {.y = {infinity, -infinity, 1}},
                                  {.y = {1e308, -1e308, 0}},
                                  {.y = {7, 7, 7}, .end_label = "seven"},
                                  {.y = {-3, -2}, .style = Style::bars},
                                  {.x = {4, 4, 4}, .y = {1, 2, 3}}};
    for (std::size_t i = 0; i < odd.size(); ++i) {
        const Problem problem =
            draw({.panels = {{.series = {odd[i]}}, {.y = {.logarithmic = true}, .series = {odd[i]}}},
                  .width = 400,
                  .height = 200},
                 folder.path() / "odd");
        BOOST_TEST(!problem.has_value(), problem.value_or("") << ", series " << i);
        BOOST_TEST(colors_in(read_image(folder.path() / "odd.png")) > 2U);
    }
}

BOOST_AUTO_TEST_CASE(figures_that_make_no_sense_are_refused) {
    const auto with = [](Series series) { return Figure{.panels = {{.series = {std::move(series)}}}}; };
    BOOST_CHECK_THROW(figure_script({}), ShapeError);
    BOOST_CHECK_THROW(figure_script(with({.x = {1}, .y = {1, 2}})), ShapeError);
    BOOST_CHECK_THROW(figure_script(with({.y = {1, 2}, .low = {1}, .high = {1}})), ShapeError);
    BOOST_CHECK_THROW(figure_script(with({.y = {1, 2}, .low = {1, 2}})), ShapeError);
    BOOST_CHECK_THROW(figure_script(with({.y = {1, 2}, .labels = {"a"}})), ShapeError);
    BOOST_CHECK_THROW(figure_script({.panels = {{}}, .width = 0}), ShapeError);
    BOOST_CHECK_THROW(figure_script({.panels = {{.x = {.from = 2, .to = 1}}}}), ShapeError);
}

BOOST_AUTO_TEST_SUITE_END()
