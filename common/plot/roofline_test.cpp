#include "plot/roofline.hpp"

#include <boost/test/unit_test.hpp>

#include "image/files.hpp"
#include "plot/test_environment.hpp"
#include "tensor/error.hpp"

using namespace cnn;
using namespace cnn::plot;

BOOST_AUTO_TEST_SUITE(rooflines)

const Roofline example{.title = "This machine",
                       .machine = {.gflops = 100, .gigabytes = 20},
                       .series = {{"loops", {{2, 1.5, "C1"}, {50, 2, "C3"}}}, {"kernels", {{2, 30}, {50, 90}}}}};

BOOST_AUTO_TEST_CASE(memory_limits_left_of_the_ridge_and_arithmetic_right_of_it) {
    const Machine machine{.gflops = 100, .gigabytes = 20};
    BOOST_TEST(machine.roof(1) == 20);
    BOOST_TEST(machine.roof(5) == 100);  // the ridge
    BOOST_TEST(machine.roof(1000) == 100);
}

BOOST_AUTO_TEST_CASE(roof_points_and_names) {
    const Figure figure = roofline_figure(example);
    const Panel& panel = figure.panels.at(0);
    BOOST_TEST(panel.series.size() == 3U);
    BOOST_TEST(panel.series[0].x == (std::vector<double>{1, 5, 100}), boost::test_tools::per_element());
    BOOST_TEST(panel.series[0].y == (std::vector<double>{20, 100, 100}), boost::test_tools::per_element());
    BOOST_TEST(panel.series[2].y == (std::vector<double>{30, 90}), boost::test_tools::per_element());
    BOOST_TEST(panel.notes.size() == 2U);  // each name once, under its lowest point
    BOOST_TEST(panel.notes[0].text == "C1");
    BOOST_TEST(panel.notes[0].y < 1.5);
    BOOST_TEST(panel.notes[1].y < 2);
}

BOOST_AUTO_TEST_CASE(is_drawn) {
    const TemporaryFolder folder;
    const Problem problem = draw(roofline_figure(example), folder.path() / "roof.png");
    BOOST_TEST(!problem.has_value(), problem.value_or(""));
    BOOST_TEST(read_image(folder.path() / "roof.png").width == 1500);
    BOOST_TEST(!draw(roofline_figure({"empty", {1, 1}, {}}), folder.path() / "empty.png").has_value());
}

BOOST_AUTO_TEST_CASE(impossible_measurements_are_refused) {
    BOOST_CHECK_THROW(roofline_figure({"", {0, 1}, {}}), ShapeError);
    BOOST_CHECK_THROW(roofline_figure({"", {1, 1}, {{"a", {{0, 1}}}}}), ShapeError);
    BOOST_CHECK_THROW(roofline_figure({"", {1, 1}, {{"a", {{1, 0}}}}}), ShapeError);
}

BOOST_AUTO_TEST_SUITE_END()
