#include "kernels/pooling.hpp"

#include <boost/test/data/test_case.hpp>
#include <limits>

#include "kernels/convolution.hpp"
#include "kernels/reference.hpp"

using namespace cnn;
using namespace cnn::kernels;
using namespace cnn::kernels::reference;

namespace {

// Every channel is its own filter here; `filters` plays no part.
const std::vector<Case> cases{
    {{1, 1, 1, 1}, 0, {.size = 1}},
    {{2, 3, 4, 4}, 0, {.size = 2, .stride = 2}},
    {{2, 3, 5, 7}, 0, {.size = 2, .stride = 2}},    // a row and a column are left over
    {{3, 6, 28, 28}, 0, {.size = 2, .stride = 2}},  // LeNet-5
    {{3, 16, 10, 10}, 0, {.size = 2, .stride = 2}},
    {{1, 2, 64, 66}, 0, {.size = 2, .stride = 2}},
    {{1, 2, 13, 13}, 0, {.size = 3, .stride = 2}},  // AlexNet: windows overlap
    {{2, 2, 12, 14}, 0, {.size = 3, .stride = 2, .padding = 1}},
    {{1, 1, 16, 16}, 0, {.size = 3, .stride = 2, .padding = 1}},
    {{1, 2, 7, 7}, 0, {.size = 3, .padding = 1}},  // GoogLeNet: stride 1
    {{2, 1, 9, 11}, 0, {.size = 2, .stride = 3}},  // gaps between windows
    {{1, 1, 1, 1}, 0, {.size = 5, .padding = 2}},
    {{1, 3, 2, 3}, 0, {.size = 4, .stride = 1, .padding = 3}},
    {{2, 2, 7, 7}, 0, {.size = 7}},  // global
    {{1, 1, 10, 8}, 0, {.size = 4, .stride = 2, .padding = 0}},
    {{1, 1, 2, 2}, 0, {.size = 2, .stride = 2, .padding = 1}},
    {{1, 1, 8, 8}, 0, {.size = 2, .stride = 2, .padding = 1}},
    {{1, 2, 28, 28}, 0, {.size = 3, .padding = 1}},
    {{1, 2, 55, 55}, 0, {.size = 3, .stride = 2}},
    {{1, 1, 37, 41}, 0, {.size = 3, .stride = 3, .padding = 1}},
    {{1, 1, 20, 50}, 0, {.size = 5, .stride = 4, .padding = 2}},
    {{1, 2, 9, 101}, 0, {.size = 3, .stride = 2, .padding = 1}},  // several vectors in a row
    {{2, 1, 6, 70}, 0, {.size = 3, .padding = 1}},
    {{2, 2, 5, 33}, 0, {.size = 3}},               // the last but one vector of windows ends with the row
    {{2, 2, 6, 35}, 0, {.size = 3, .stride = 2}},  // the last vector has one window
    {{2, 2, 3, 33}, 0, {.size = 3, .stride = 2, .padding = 1}},
    {{2, 1, 6, 70}, 0, {.size = 3, .padding = 2}},
    {{1, 1, 8, 67}, 0, {.size = 3, .stride = 2, .padding = 2}},
    {{1, 3, 3, 3}, 0, {.size = 3, .stride = 2}},
};

Shape pooled(const Case& c) { return {c.x[0], c.x[1], output_size(c.x[2], c.window), output_size(c.x[3], c.window)}; }

// Calls f(plane, output index in the plane, pixel index in the plane) for every pixel under every window.
template <class F>
void for_pixels(const Case& c, const F& f) {
    const Shape y = pooled(c);
    const Window& w = c.window;
    for (Index plane = 0; plane < y[0] * y[1]; ++plane)
        for (Index i = 0; i < y[2]; ++i)
            for (Index j = 0; j < y[3]; ++j)
                for (Index r = i * w.stride - w.padding; r < i * w.stride - w.padding + w.size; ++r)
                    for (Index s = j * w.stride - w.padding; s < j * w.stride - w.padding + w.size; ++s)
                        if (r >= 0 && s >= 0 && r < c.x[2] && s < c.x[3]) f(plane, i * y[3] + j, r * c.x[3] + s);
}

// Few different values, so that there are ties.
Tensor with_ties(const Shape& shape) {
    Tensor x = random(shape, 5);
    for (float& value : x.values()) value = std::round(value * 2);
    return x;
}

void check_maxima(const Case& c, const Tensor& x) {
    const Shape shape = pooled(c);
    const Index pixels = c.x[2] * c.x[3], places = shape[2] * shape[3];
    Tensor y = Tensor::full(shape, -std::numeric_limits<float>::infinity()), switches(shape);
    for_pixels(c, [&](Index plane, Index o, Index i) {
        if (x[plane * pixels + i] > y[plane * places + o]) {
            y[plane * places + o] = x[plane * pixels + i];
            switches[plane * places + o] = static_cast<float>(i);
        }
    });
    const MaxPooled got = max_pool_forward(x, c.window);
    BOOST_TEST((got.y == y), "maxima");
    BOOST_TEST((got.switches == switches), "switches");
    const Tensor dy = random(shape, 6);
    Sums dx(c.x);
    for (Index o = 0; o < dy.count(); ++o) dx.add(o / places * pixels + static_cast<Index>(switches[o]), double{dy[o]});
    check_close("dx", max_pool_backward(dy, switches, c.x), dx);
    check_close("dx by windows", max_pool_backward(dy, switches, c.x, c.window), dx);
}

BOOST_AUTO_TEST_SUITE(pooling)

BOOST_DATA_TEST_CASE(maximum, cases* instruction_sets(), c, isa) {
    const On on(isa);
    check_maxima(c, random(c.x, 5));
    check_maxima(c, with_ties(c.x));
}

// NaN under a window is the answer, as in PyTorch, and the last one its place: an error of a network shall be seen.
BOOST_DATA_TEST_CASE(nan_is_the_largest, cases* instruction_sets(), c, isa) {
    const On on(isa);
    const Index pixels = c.x[2] * c.x[3];
    Engine engine(7);
    for (const float background : {1.0f, -1.0f, -std::numeric_limits<float>::infinity()}) {
        Tensor x = random(c.x, 5);
        for (float& value : x.values()) value = background * std::abs(value);
        for (Index plane = 0; plane < c.x[0] * c.x[1]; ++plane)  // the first, the last, and one between them
            for (const Index i : {Index{0}, pixels - 1, uniform_index(engine, pixels)})
                if (uniform_index(engine, 2) == 1) x[plane * pixels + i] = plane % 2 ? std::nanf("") : -std::nanf("");
        const Shape shape = pooled(c);
        const Index places = shape[2] * shape[3];
        Tensor place = Tensor::full(shape, -1);
        for_pixels(c, [&](Index plane, Index o, Index i) {
            if (std::isnan(x[plane * pixels + i])) place[plane * places + o] = static_cast<float>(i);
        });
        const MaxPooled got = max_pool_forward(x, c.window);
        for (Index o = 0; o < place.count(); ++o) {
            if (std::isnan(got.y[o]) != (place[o] >= 0)) BOOST_ERROR("y " << o << " is " << got.y[o]);
            if (place[o] >= 0 && got.switches[o] != place[o]) BOOST_ERROR("switch " << o << " is " << got.switches[o]);
        }
    }
    BOOST_TEST(true);
}

BOOST_DATA_TEST_CASE(average, cases* instruction_sets(), c, isa) {
    const On on(isa);
    const Tensor x = random(c.x, 5), dy = random(pooled(c), 6);
    const Index pixels = c.x[2] * c.x[3], places = dy.size(2) * dy.size(3);
    const double share = 1.0 / static_cast<double>(c.window.size * c.window.size);
    Sums y(dy.shape()), dx(c.x);
    for_pixels(c, [&](Index plane, Index o, Index i) {
        y.add(plane * places + o, share * double{x[plane * pixels + i]});
        dx.add(plane * pixels + i, share * double{dy[plane * places + o]});
    });
    check_close("y", average_pool_forward(x, c.window), y);
    check_close("dx", average_pool_backward(dy, c.x, c.window), dx);
}

BOOST_DATA_TEST_CASE(is_the_same_for_any_threads, cases* instruction_sets(), c, isa) {
    const On on(isa);
    const Tensor x = random(c.x, 5), dy = random(pooled(c), 6), switches = max_pool_forward(x, c.window).switches;
    check_same_for_any_threads("maxima", [&] { return max_pool_forward(x, c.window).y; });
    check_same_for_any_threads("switches", [&] { return max_pool_forward(x, c.window).switches; });
    check_same_for_any_threads("dx of maxima", [&] { return max_pool_backward(dy, switches, c.x); });
    check_same_for_any_threads("dx by windows", [&] { return max_pool_backward(dy, switches, c.x, c.window); });
    check_same_for_any_threads("averages", [&] { return average_pool_forward(x, c.window); });
    check_same_for_any_threads("dx of averages", [&] { return average_pool_backward(dy, c.x, c.window); });
}

// Windows that see nothing but padding: every pixel of x is still under nine windows.
BOOST_DATA_TEST_CASE(averages_of_nothing, instruction_sets(), isa) {
    const On on(isa);
    const Window window{.size = 3, .padding = 5};
    const Tensor y = average_pool_forward(Tensor::full({1, 1, 4, 4}, 1), window);
    double sum = 0;
    for (const float value : y.values()) sum += double{value};
    BOOST_TEST(y[0] == 0);
    BOOST_TEST(sum == 16, boost::test_tools::tolerance(1e-6));
    const Tensor dx = average_pool_backward(Tensor::full(y.shape(), 1), {1, 1, 4, 4}, window);
    for (const float value : dx.values()) BOOST_TEST(value == 1, boost::test_tools::tolerance(1e-6f));
}

// The last window hangs over the edge: the same as a map with minus infinity behind it.
BOOST_DATA_TEST_CASE(rounded_up, instruction_sets(), isa) {
    const On on(isa);
    for (const Window& window : {Window{.size = 3, .stride = 2}, Window{.size = 2, .stride = 2},
                                 Window{.size = 3, .stride = 2, .padding = 1}, Window{.size = 3, .stride = 3}})
        for (const Index size : {3, 4, 5, 6, 7, 8, 28, 34, 56}) {
            const Index wide = size + window.stride;
            const Tensor x = random({2, 2, size, size}, 1);
            Tensor behind = Tensor::full({2, 2, wide, wide}, -std::numeric_limits<float>::infinity());
            for (Index plane = 0; plane < 4; ++plane)
                for (Index i = 0; i < size * size; ++i)
                    behind[(plane * wide + i / size) * wide + i % size] = x[plane * size * size + i];
            const MaxPooled got = max_pool_forward(x, window, Rounding::up), more = max_pool_forward(behind, window);
            const Index out = got.y.size(2);
            // PyTorch's rule: round up, but no window may begin behind the map and its first margin.
            Index expected = (size + 2 * window.padding - window.size + window.stride - 1) / window.stride + 1;
            if ((expected - 1) * window.stride >= size + window.padding) --expected;
            BOOST_TEST_REQUIRE(out == expected);
            Tensor dx(x.shape());
            for (Index plane = 0; plane < 4; ++plane)
                for (Index i = 0; i < out; ++i)
                    for (Index j = 0; j < out; ++j) {
                        const Index at = (plane * out + i) * out + j;
                        if (got.y[at] != more.y(plane / 2, plane % 2, i, j))
                            BOOST_ERROR("differs at " << i << ", " << j);
                        const Index pixel = plane * size * size + static_cast<Index>(got.switches[at]);
                        if (x[pixel] != got.y[at]) BOOST_ERROR("switch at " << i << ", " << j);
                        dx[pixel] += 1;
                    }
            const Tensor ones = Tensor::full(got.y.shape(), 1);
            BOOST_TEST((max_pool_backward(ones, got.switches, x.shape(), window) == dx));
            BOOST_TEST((max_pool_backward(ones, got.switches, x.shape()) == dx));
        }
}

BOOST_AUTO_TEST_CASE(nothing_but_minus_infinity) {
    const float low = -std::numeric_limits<float>::infinity();
    const MaxPooled overlapping =
        max_pool_forward(Tensor::full({1, 1, 3, 3}, low), {.size = 3, .stride = 2, .padding = 1});
    BOOST_TEST((overlapping.switches == Tensor({1, 1, 2, 2}, {0, 1, 3, 4})));
    const MaxPooled got = max_pool_forward(Tensor::full({1, 1, 4, 4}, low), {.size = 2, .stride = 2});
    BOOST_TEST((got.y == Tensor::full({1, 1, 2, 2}, low)));
    BOOST_TEST((got.switches == Tensor({1, 1, 2, 2}, {0, 2, 8, 10})));
}

// The same switches from another place (a learner's own pooling) may point anywhere in the plane.
BOOST_AUTO_TEST_CASE(switches_may_point_outside_their_block) {
    const Tensor dy({1, 1, 2, 2}, {1, 2, 3, 4}), switches({1, 1, 2, 2}, {15, 15, 0, 0});
    Tensor dx({1, 1, 4, 4});
    dx[15] = 3, dx[0] = 7;
    BOOST_TEST((max_pool_backward(dy, switches, {1, 1, 4, 4}) == dx));
}

// Where the window is known, windows far from their switch are not looked for: four of 3 × 3 cover the last pixel.
BOOST_DATA_TEST_CASE(errors_of_strange_switches_are_lost, instruction_sets(), isa) {
    const On on(isa);
    const Window overlapping{.size = 3, .padding = 1};
    const Tensor all = Tensor::full({1, 1, 4, 4}, 15);
    Tensor dx({1, 1, 4, 4});
    dx[15] = 4;
    BOOST_TEST((max_pool_backward(Tensor::full({1, 1, 4, 4}, 1), all, {1, 1, 4, 4}, overlapping) == dx));
    for (const float nowhere : {-1.0f, 1e30f, 0.5f, std::nanf("")}) {
        const Tensor switches = Tensor::full({1, 1, 4, 4}, nowhere), none({1, 1, 4, 4});
        BOOST_TEST((max_pool_backward(Tensor::full({1, 1, 4, 4}, 1), switches, {1, 1, 4, 4}, overlapping) == none));
    }
}

BOOST_AUTO_TEST_CASE(refuses_what_does_not_fit) {
    const Tensor x({2, 3, 7, 7}), dy({2, 3, 3, 3});
    const Window window{.size = 2, .stride = 2};
    BOOST_CHECK_THROW(max_pool_forward(Tensor({7, 7}), window), ShapeError);
    BOOST_CHECK_THROW(max_pool_forward(x, {.size = 8}), ShapeError);
    BOOST_CHECK_THROW(max_pool_forward(x, {.size = 2, .stride = 2, .padding = 2}), ShapeError);
    BOOST_CHECK_THROW(max_pool_backward(dy, Tensor({2, 3, 3, 2}), x.shape()), ShapeError);
    BOOST_CHECK_THROW(max_pool_backward(dy, dy, {2, 2, 7, 7}), ShapeError);
    BOOST_CHECK_THROW(max_pool_backward(dy, Tensor::full(dy.shape(), 49), x.shape()), ShapeError);
    BOOST_CHECK_THROW(max_pool_backward(dy, Tensor::full(dy.shape(), -1), x.shape()), ShapeError);
    BOOST_CHECK_THROW(max_pool_backward(dy, Tensor::full(dy.shape(), std::nanf("")), x.shape()), ShapeError);
    // The map of a wider image: its vectors would read behind dy.
    const Tensor narrow({1, 1, 8, 1});
    BOOST_CHECK_THROW(max_pool_backward(narrow, narrow, {1, 1, 8, 4000}, {.size = 3, .stride = 2}), ShapeError);
    BOOST_CHECK_THROW(average_pool_forward(x, {.size = 8}), ShapeError);
    BOOST_CHECK_THROW(average_pool_backward(dy, x.shape(), {.size = 3}), ShapeError);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
