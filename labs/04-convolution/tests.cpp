#include <boost/test/unit_test.hpp>

#include "convolution.hpp"
#include "grader/judge.hpp"
#include "tensor/random.hpp"

using namespace cnn;
using namespace cnn::lab04;
using namespace cnn::grader;

BOOST_AUTO_TEST_SUITE(task_4_1)

void check_size(Index input, Index filter, Index stride, Index padding, Remainder remainder) {
    check_same(student(output_size, input, filter, stride, padding, remainder),
               output_size(input, filter, stride, padding, remainder));
}

BOOST_AUTO_TEST_CASE(stride_one) {
    check_size(6, 3, 1, 0, Remainder::ignore);  // the lecture's example: 6×6 image, 3×3 filter
    check_size(28, 5, 1, 2, Remainder::ignore);
    check_size(3, 3, 1, 0, Remainder::fill);
}
BOOST_AUTO_TEST_CASE(the_stride_divides) {
    check_size(6, 3, 3, 0, Remainder::ignore);
    check_size(7, 3, 2, 1, Remainder::fill);
    check_size(227, 11, 4, 0, Remainder::ignore);
}
BOOST_AUTO_TEST_CASE(leftover_pixels_are_ignored) {
    check_size(8, 3, 2, 0, Remainder::ignore);
    check_size(32, 3, 2, 1, Remainder::ignore);
    check_size(10, 2, 3, 0, Remainder::ignore);
}
BOOST_AUTO_TEST_CASE(leftover_pixels_are_filled) {
    check_size(8, 3, 2, 0, Remainder::fill);
    check_size(9, 2, 4, 0, Remainder::fill);
    check_size(10, 5, 3, 1, Remainder::fill);
}
BOOST_AUTO_TEST_CASE(nonsense_is_refused) {
    check_rejects(output_size, 2, 3, 1, 0, Remainder::ignore);
    check_rejects(output_size, 5, 3, 0, 0, Remainder::ignore);
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(task_4_4)

struct Case {
    Shape x, w;
    Window window;
};
void check_forward(const Case& c) {
    const Tensor x = random(c.x, 1), w = random(c.w, 2), b = random({c.w[0]}, 3);
    check_same(student(conv2d_forward, x, w, b, c.window), conv2d_forward(x, w, b, c.window));
}

BOOST_AUTO_TEST_CASE(several_channels) { check_forward({{2, 3, 7, 5}, {4, 3, 3, 3}, {.size = 3}}); }

BOOST_AUTO_TEST_SUITE_END()
