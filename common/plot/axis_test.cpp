#include "plot/axis.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>

#include "plot/colors.hpp"
#include "plot/figure.hpp"
#include "tensor/error.hpp"

using namespace cnn;
using namespace cnn::plot;

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN(),
                 infinity = std::numeric_limits<double>::infinity();

std::string texts(const Scale& scale) {
    std::string all;
    for (const Tick& tick : scale.ticks) all += (all.empty() ? "" : " ") + tick.text;
    return all;
}

Scale scale(const Axis& axis, std::vector<double> values, int count = 5, double margin = 0) {
    return make_scale(axis, values, count, margin);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(axes)

BOOST_AUTO_TEST_CASE(ticks_are_round_numbers) {
    BOOST_TEST(texts(scale({}, {0, 1})) == "0.0 0.2 0.4 0.6 0.8 1.0");
    BOOST_TEST(texts(scale({}, {0, 60000}, 3)) == "0 20,000 40,000 60,000");
    BOOST_TEST(texts(scale({.unit = " %"}, {78.3, 92.6}, 3)) == "80 % 85 % 90 %");
    BOOST_TEST(texts(scale({}, {-1, 1}, 2)) == "−1 0 1");
    BOOST_TEST(texts(scale({}, {0, 3e-6}, 3)) == "0 10⁻⁶ 2·10⁻⁶ 3·10⁻⁶");
    BOOST_TEST(texts(scale({.whole = true}, {1, 3}, 10)) == "1 2 3");  // no half epochs
}

BOOST_AUTO_TEST_CASE(logarithmic_ticks_suit_the_number_of_decades) {
    BOOST_TEST(texts(scale({.logarithmic = true}, {1, 1e6}, 8)) == "1 10 100 1,000 10,000 100,000 1,000,000");
    BOOST_TEST(texts(scale({.logarithmic = true}, {0.1, 10}, 8)) == "0.1 0.2 0.5 1 2 5 10");
    BOOST_TEST(texts(scale({.logarithmic = true}, {0.2, 0.61})) == "0.2 0.3 0.4 0.5 0.6");
    BOOST_TEST(texts(scale({.logarithmic = true}, {1e-12, 1}, 4)) == "10⁻¹² 10⁻⁹ 10⁻⁶ 0.001 1");
}

BOOST_AUTO_TEST_CASE(bounds_hold_the_data_and_leave_a_margin) {
    const Scale open = scale({}, {2, 4, not_a_number, infinity}, 5, 0.1);
    BOOST_TEST(open.from == 1.8, boost::test_tools::tolerance(1e-12));
    BOOST_TEST(open.to == 4.2, boost::test_tools::tolerance(1e-12));
    BOOST_TEST(scale({}, {0.01, 4}, 5, 0.1).from == 0);  // a margin does not cross zero
    BOOST_TEST(scale({}, {-4, -0.01}, 5, 0.1).to == 0);
    const Scale fixed = scale({.from = 0, .to = 100}, {5, 200});
    BOOST_TEST(fixed.from == 0);
    BOOST_TEST(fixed.to == 100);
}

BOOST_AUTO_TEST_CASE(odd_data_still_gives_an_axis) {
    const std::vector<std::vector<double>> odd{
        {},          {not_a_number},  {0},           {-7}, {5, 5, 5}, {infinity, -infinity}, {1e308, -1e308},
        {1e-320, 0}, {1e299, -1e299}, {1, 1 + 1e-16}};
    for (const std::vector<double>& values : odd)
        for (const bool logarithmic : {false, true})
            for (const double margin : {0.0, 0.06}) {
                const Scale result = scale({.logarithmic = logarithmic}, values, 5, margin);
                BOOST_TEST(std::isfinite(result.from));
                BOOST_TEST(std::isfinite(result.to));
                BOOST_TEST(result.from < result.to);
                BOOST_TEST(result.ticks.size() < 100U);
            }
    BOOST_TEST(scale({.from = 10}, {1, 2}).to > 10);  // a bound beyond all data
    BOOST_TEST(scale({.to = -1e17}, {1, 2}).from < -1e17);
}

BOOST_AUTO_TEST_CASE(impossible_bounds_are_refused) {
    BOOST_CHECK_THROW(scale({.from = 2, .to = 1}, {}), ShapeError);
    BOOST_CHECK_THROW(scale({.logarithmic = true, .from = 0}, {}), ShapeError);
    BOOST_CHECK_THROW(scale({.to = not_a_number}, {}), ShapeError);
}

BOOST_AUTO_TEST_CASE(places_are_shares_of_the_axis) {
    BOOST_TEST((Scale{.from = 10, .to = 20}.place(15)) == 0.5);
    BOOST_TEST((Scale{.from = 1, .to = 100, .logarithmic = true}.place(10)) == 0.5);
    BOOST_TEST(std::isnan(Scale{.from = 1, .to = 100, .logarithmic = true}.place(-1)));
    BOOST_TEST(std::isnan(Scale{}.place(not_a_number)));
}

BOOST_AUTO_TEST_CASE(labels_are_spread_as_little_as_needed) {
    const auto check = [](std::vector<double> places, double apart, std::vector<double> expected) {
        const std::vector<double> result = spread(places, apart);
        BOOST_TEST_REQUIRE(result.size() == expected.size());
        for (std::size_t i = 0; i < result.size(); ++i) BOOST_CHECK_SMALL(result[i] - expected[i], 1e-9);
    };
    check({}, 0.1, {});
    check({0.2, 0.8}, 0.1, {0.2, 0.8});       // far enough already
    check({0.5, 0.5}, 0.1, {0.45, 0.55});     // moved equally
    check({0.55, 0.5}, 0.1, {0.575, 0.475});  // order is kept
    check({1.0, 0.99}, 0.1, {1.0, 0.9});      // not beyond the ends
    check({0, 0, 0}, 0.1, {0, 0.1, 0.2});
    check({0.5, 0.5, 0.5}, 0.9, {0, 0.5, 1});  // no room: evenly
    check({0.3, 0.35, 0.42}, 0.1, {0.256666667, 0.356666667, 0.456666667});
}

BOOST_AUTO_TEST_CASE(colors) {
    BOOST_TEST(plot::to_string(palette(0)) == "#0072b2");
    BOOST_TEST((palette(7) == palette(0)));
    BOOST_TEST((mix({0, 0, 0}, white, 0.5) == Color{128, 128, 128}));
    BOOST_TEST((mix({0, 0, 0}, white, 7) == white));
    BOOST_TEST(terminal_color({0, 0, 0}) == 16);
    BOOST_TEST(terminal_color({255, 255, 255}) == 231);
    BOOST_TEST(terminal_color({0, 95, 175}) == 25);
    BOOST_TEST((ink_on(white) == ink));
    BOOST_TEST((ink_on({8, 48, 107}) == white));
}

BOOST_AUTO_TEST_SUITE_END()
