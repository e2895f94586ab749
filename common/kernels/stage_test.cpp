#include "kernels/stage.hpp"

#include <algorithm>
#include <boost/test/data/test_case.hpp>

#include "kernels/abreast_pooling.hpp"
#include "kernels/activation.hpp"
#include "kernels/pooling.hpp"
#include "kernels/reference.hpp"
#include "kernels/tile.hpp"

using namespace cnn;
using namespace cnn::kernels;
using namespace cnn::kernels::reference;

namespace {

const std::vector<Case> cases{
    {{16, 1, 32, 32}, 6, {.size = 5}},  // LeNet-5
    {{32, 1, 28, 28}, 6, {.size = 5, .padding = 2}},
    {{29, 6, 14, 14}, 16, {.size = 5}},
    {{16, 2, 6, 7}, 5, {.size = 2}},  // maps of odd sizes
    {{200, 2, 4, 5}, 3, {.size = 3, .padding = 1}},
    {{16, 3, 12, 9}, 9, {.size = 5, .stride = 2, .padding = 2}},
};
constexpr Window pairs{.size = 2, .stride = 2};

BOOST_AUTO_TEST_SUITE(stage)

// Forward and backward, bit for bit what the three operators give.
BOOST_DATA_TEST_CASE(equals_its_three_operators, cases* instruction_sets(), c, isa) {
    const On on(isa);
    const Index k = c.filters, size = c.window.size;
    const Tensor x = random(c.x, 1), w = random({k, c.x[1], size, size}, 2), b = random({k}, 3);
    BOOST_TEST(true);
    if (!fuses_stage(x.shape(), w.shape(), c.window)) return;  // such as 29 images with vectors of four
    const Tensor map = relu_forward(conv2d_forward(x, w, b, c.window));
    const MaxPooled pooled = max_pool_forward(map, pairs);
    const StageResult result = stage_forward(x, w, b, c.window);
    BOOST_TEST((result.y == pooled.y));

    const Tensor dy = random(pooled.y.shape(), 4);
    const Tensor errors = relu_backward(max_pool_backward(dy, pooled.switches, map.shape()), map);
    const auto filters = conv2d_backward_filters(x, errors, c.window);
    const auto gradients = stage_backward(dy, result.switches, x, w, c.window, true);
    BOOST_TEST((gradients.dx == conv2d_backward_input(errors, w, x.shape(), c.window)));
    BOOST_TEST((gradients.filters.dw == filters.dw));
    BOOST_TEST((gradients.filters.db == filters.db));
    const auto last = stage_backward(dy, result.switches, x, w, c.window, false);
    BOOST_TEST(last.dx.empty());
    BOOST_TEST((last.filters.dw == filters.dw));
}

// Images side by side, of which some pixels are NaN.
BOOST_DATA_TEST_CASE(nan_comes_through, instruction_sets(), isa) {
    const On on(isa);
    const Index lanes = tile_set().lanes, height = 6, width = 8, places = height / 2 * (width / 2);
    Tensor x = random({height, width, lanes}, 1), y({height / 2, width / 2, lanes}), switches = y;
    Engine engine(2);
    for (float& value : x.values())
        if (uniform_index(engine, 10) == 0) value = uniform_index(engine, 2) ? std::nanf("") : -std::nanf("");
    relu_pool_abreast(x.data(), height, width, y.data(), switches.data());
    Index nan = 0;
    for (Index i = 0; i < places * lanes; ++i) {
        const Index row = i / lanes / (width / 2) * 2, column = i / lanes % (width / 2) * 2, lane = i % lanes;
        const float four[]{x[(row * width + column) * lanes + lane], x[(row * width + column + 1) * lanes + lane],
                           x[((row + 1) * width + column) * lanes + lane],
                           x[((row + 1) * width + column + 1) * lanes + lane]};
        const bool expected = std::ranges::any_of(four, [](float value) { return std::isnan(value); });
        nan += expected;
        BOOST_TEST(std::isnan(y[i]) == expected);
        if (!expected) BOOST_TEST(y[i] == std::max(0.0f, *std::ranges::max_element(four)));
        if (expected) BOOST_TEST(switches[i] == 4);  // a rectifier gives its error to no pixel that is not above zero
    }
    BOOST_TEST(nan > 0);
}

BOOST_DATA_TEST_CASE(is_the_same_for_any_threads, cases, c) {
    const Tensor x = random(c.x, 1), w = random({c.filters, c.x[1], c.window.size, c.window.size}, 2);
    BOOST_TEST(true);
    if (!fuses_stage(x.shape(), w.shape(), c.window)) return;
    const auto [y, switches] = stage_forward(x, w, {}, c.window);
    const Tensor &at = switches, dy = random(y.shape(), 4);
    check_same_for_any_threads("y", [&] { return stage_forward(x, w, {}, c.window).y; });
    check_same_for_any_threads("dx", [&] { return stage_backward(dy, at, x, w, c.window, true).dx; });
    check_same_for_any_threads("dw", [&] { return stage_backward(dy, at, x, w, c.window, true).filters.dw; });
}

BOOST_AUTO_TEST_CASE(is_for_small_maps_and_many_images) {
    BOOST_TEST(fuses_stage({64, 1, 32, 32}, {6, 1, 5, 5}, {.size = 5}));
    BOOST_TEST(!fuses_stage({1, 1, 32, 32}, {6, 1, 5, 5}, {.size = 5}));
    BOOST_TEST(!fuses_stage({64, 1, 32, 32}, {0, 1, 5, 5}, {.size = 5}));
    BOOST_TEST(!fuses_stage({64, 64, 56, 56}, {64, 64, 5, 5}, {.size = 5}));
    BOOST_TEST(!fuses_stage({64, 1, 5, 5}, {6, 1, 5, 5}, {.size = 5}));  // nothing to pool
    BOOST_CHECK_THROW(stage_forward(random({64, 2, 8, 8}, 1), random({6, 1, 5, 5}, 1), {}, {.size = 5}), ShapeError);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
