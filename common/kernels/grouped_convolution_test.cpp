#include "kernels/grouped_convolution.hpp"

#include <boost/test/data/test_case.hpp>

#include "kernels/reference.hpp"

using namespace cnn;
using namespace cnn::kernels;
using namespace cnn::kernels::reference;

namespace {

struct Grouped {
    Shape x;
    Index filters, groups;
    Window window;
    friend std::ostream& operator<<(std::ostream& out, const Grouped& c) {
        return out << "x " << to_string(c.x) << ", " << c.filters << " filters in " << c.groups << " groups";
    }
};
const std::vector<Grouped> cases{
    {{1, 1, 1, 1}, 1, 1, {.size = 1}},
    {{2, 6, 5, 7}, 4, 2, {.size = 3, .padding = 1}},
    {{3, 3, 6, 6}, 3, 3, {.size = 3, .stride = 2}},  // each channel by itself
    {{2, 12, 9, 9}, 8, 4, {.size = 5, .padding = 2}},
};

// The filters of an ordinary convolution that does the same: zeros between the groups.
Tensor spread_out(const Tensor& w, Index groups) {
    const Index filters = w.size(0), channels = w.size(1) * groups;
    Tensor full({filters, channels, w.size(2), w.size(3)});
    for (Index k = 0; k < filters; ++k)
        for (Index c = 0; c < w.size(1); ++c)
            for (Index r = 0; r < w.size(2); ++r)
                for (Index s = 0; s < w.size(3); ++s)
                    full(k, k / (filters / groups) * w.size(1) + c, r, s) = w(k, c, r, s);
    return full;
}

void check_near(const char* what, const Tensor& got, const Tensor& expected) {
    BOOST_TEST_REQUIRE((got.shape() == expected.shape()), what);
    double worst = 0;
    for (Index i = 0; i < got.count(); ++i) worst = std::max<double>(worst, std::abs(got[i] - expected[i]));
    BOOST_TEST(worst < 2e-5, what << " is off by " << worst);
}

BOOST_AUTO_TEST_SUITE(grouped_convolution)

BOOST_DATA_TEST_CASE(is_a_convolution_with_zeros_between_the_groups, boost::unit_test::data::make(cases), c) {
    const Index size = c.window.size;
    const Tensor x = random(c.x, 1), w = random({c.filters, c.x[1] / c.groups, size, size}, 2),
                 b = random({c.filters}, 3);
    const Tensor full = spread_out(w, c.groups);
    const Tensor y = grouped_conv2d_forward(x, w, b, c.window, c.groups);
    check_near("y", y, conv2d_forward(x, full, b, c.window));
    check_near("y without b", grouped_conv2d_forward(x, w, {}, c.window, c.groups),
               conv2d_forward(x, full, {}, c.window));
    const Tensor dy = random(y.shape(), 4);
    check_near("dx", grouped_conv2d_backward_input(dy, w, c.x, c.window, c.groups),
               conv2d_backward_input(dy, full, c.x, c.window));
    const FilterGradients got = grouped_conv2d_backward_filters(x, dy, c.window, c.groups);
    const FilterGradients expected = conv2d_backward_filters(x, dy, c.window);
    check_near("db", got.db, expected.db);
    Tensor mask = spread_out(Tensor::full(w.shape(), 1), c.groups), dw = spread_out(got.dw, c.groups),
           masked = expected.dw;
    for (Index i = 0; i < masked.count(); ++i) masked[i] *= mask[i];
    check_near("dw", dw, masked);
}

// PyTorch 1.13: F.conv2d(x, w, groups=2).
BOOST_AUTO_TEST_CASE(two_groups_as_pytorch) {
    const Tensor x({1, 4, 1, 2}, {-3, -2, -1, 0, 1, 2, 3, 4}), w({4, 2, 1, 1}, {1, 2, -1, 3, 0.5f, 1, 2, -2});
    const Tensor y({1, 4, 1, 2}, {-5, -2, 0, 2, 3.5f, 5, -4, -4});
    BOOST_TEST((grouped_conv2d_forward(x, w, {}, {.size = 1}, 2) == y));
}

BOOST_AUTO_TEST_CASE(refuses_what_does_not_fit) {
    const Tensor x({2, 6, 5, 5}), w({4, 3, 3, 3}), dy({2, 4, 3, 3});
    BOOST_CHECK_THROW(grouped_conv2d_forward(x, w, {}, {.size = 3}, 0), ShapeError);
    BOOST_CHECK_THROW(grouped_conv2d_forward(x, w, {}, {.size = 3}, 3), ShapeError);
    BOOST_CHECK_THROW(grouped_conv2d_forward(x, Tensor({5, 3, 3, 3}), {}, {.size = 3}, 2), ShapeError);
    BOOST_CHECK_THROW(grouped_conv2d_forward(x, w, Tensor({3}), {.size = 3}, 2), ShapeError);
    BOOST_CHECK_THROW(grouped_conv2d_backward_input(dy, w, {2, 5, 5, 5}, {.size = 3}, 2), ShapeError);
    BOOST_CHECK_THROW(grouped_conv2d_backward_filters(x, Tensor({2, 5, 3, 3}), {.size = 3}, 2), ShapeError);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
