#include "plot/text_plot.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>

#include "plot/test_environment.hpp"
#include "terminal/text.hpp"

using namespace cnn;
using namespace cnn::plot;
using cnn::terminal::Terminal;

namespace {

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1)
        lines.push_back(text.substr(at, text.find('\n', at) - at));
    return lines;
}

bool is_ascii(const std::string& text) {
    return std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

// A diagonal and, below it, a flat line.
Figure two_lines() {
    return {.panels = {{.title = "Loss",
                        .x = {.label = "epoch"},
                        .series = {{.name = "a", .y = {0, 1, 2, 3}, .end_label = "3.0"},
                                   {.name = "b", .y = {1, 1, 1, 1}, .light = true}}}}};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(text_plots)

BOOST_AUTO_TEST_CASE(ascii_picture) {
    const std::string text = text_plot(two_lines(), {.width = 30}, 5);
    BOOST_TEST(text ==
               "Loss\n"
               "  |                     ** 3.0\n"
               "2 |               ******  \n"
               "  |         ******        \n"
               "  |. . .*..*. . . . .. . .\n"
               "0 |****                   \n"
               "  ++--------------+-------\n"
               "   0              2  epoch\n"
               "  *** a  ... b\n");
}

BOOST_AUTO_TEST_CASE(braille_dots_lie_where_the_values_are) {
    // One line from corner to corner of 2×4 dots a character.
    const Figure figure{.panels = {{.y = {.from = 0, .to = 1}, .series = {{.x = {0, 1}, .y = {0, 1}}}}}};
    const std::vector<std::string> lines = lines_of(text_plot(figure, {.unicode = true, .width = 30}, 4));
    BOOST_TEST(lines[1] == "1.0 │                  ⢀⣀⠤⠔⠒⠉");
    BOOST_TEST(lines[4] == "0.0 │⣀⠤⠔⠒⠉⠁                  ");
}

BOOST_AUTO_TEST_CASE(lines_fit_the_terminal) {
    for (const int width : {20, 40, 80, 119, 120, 200})
        for (const Terminal& terminal :
             {Terminal{.width = width}, Terminal{.colors = true, .unicode = true, .width = width}}) {
            Figure figure = two_lines();
            figure.panels.push_back(figure.panels[0]);
            for (const std::string& line : lines_of(text_plot(figure, terminal)))
                BOOST_TEST(terminal::display_width(line) <= width, line);
        }
}

BOOST_AUTO_TEST_CASE(two_panels_stand_side_by_side_where_there_is_room) {
    Figure figure = two_lines();
    figure.panels.push_back(figure.panels[0]);
    const auto count = [&](int width) { return lines_of(text_plot(figure, {.width = width}, 10)).size(); };
    BOOST_TEST(count(120) + 13 == count(80));
}

BOOST_AUTO_TEST_CASE(plain_terminals_get_plain_text) {
    Figure figure = two_lines();
    figure.panels[0].series[0].y = {-1e-6, 0, 1e-6, 2e-6};
    figure.panels[0].series[0].end_label.clear();
    figure.panels[0].series.pop_back();
    BOOST_TEST(is_ascii(text_plot(figure, {})), text_plot(figure, {}));
    BOOST_TEST(!holds(text_plot(two_lines(), {.unicode = true}), "\x1b"));
    BOOST_TEST(holds(text_plot(two_lines(), {.colors = true, .unicode = true}), "\x1b[38;5;"));
}

BOOST_AUTO_TEST_CASE(runs_without_colors_have_signs_of_their_own) {
    const Figure figure{.panels = {{.series = {{.name = "a", .y = {0, 1}}, {.name = "b", .y = {1, 0}}}}}};
    const std::string text = text_plot(figure, {.unicode = true});
    BOOST_TEST(holds(text, "*** a  ooo b"));
    BOOST_TEST(holds(text_plot(figure, {.colors = true, .unicode = true}), "━━"));
}

BOOST_AUTO_TEST_CASE(odd_data_is_survived) {
    const double infinity = std::numeric_limits<double>::infinity();
    for (const std::vector<double>& y :
         {std::vector<double>{}, {NAN}, {5}, {infinity, 1, -infinity}, {1e308, -1e308}, {0, NAN, 1}})
        for (const bool logarithmic : {false, true})
            BOOST_TEST(
                !text_plot({.panels = {{.y = {.logarithmic = logarithmic}, .series = {{.y = y, .end_label = "end"}}}}},
                           {})
                     .empty());
    // Fixed bounds far from the data.
    BOOST_TEST(!text_plot({.panels = {{.y = {.from = 0, .to = 1e-30}, .series = {{.y = {1, 2}}}}}}, {}).empty());
}

BOOST_AUTO_TEST_SUITE_END()
