#include "kernels/convolution.hpp"

#include <boost/test/data/test_case.hpp>

#include "kernels/reference.hpp"

using namespace cnn;
using namespace cnn::kernels;
using namespace cnn::kernels::reference;

namespace {

const std::vector<Case> cases{
    {{1, 1, 1, 1}, 1, {.size = 1}},                             // one pixel
    {{1, 1, 1, 1}, 3, {.size = 3, .padding = 1}},               // padding all around it
    {{2, 3, 2, 2}, 2, {.size = 3, .padding = 4}},               // more padding than image
    {{1, 2, 1, 1}, 2, {.size = 2, .stride = 3, .padding = 5}},  // most windows see nothing but padding
    {{2, 1, 5, 5}, 1, {.size = 3}},
    {{2, 3, 7, 9}, 5, {.size = 3, .padding = 1}},
    {{1, 5, 13, 8}, 17, {.size = 3, .padding = 1}},
    {{2, 2, 19, 23}, 15, {.size = 3, .stride = 2, .padding = 1}},
    {{2, 2, 11, 7}, 3, {.size = 2, .stride = 3}},  // stride larger than the filter
    {{3, 2, 10, 10}, 4, {.size = 1, .stride = 2}},
    {{3, 2, 7, 5}, 2, {.size = 2, .stride = 3}},  // rows that no window looks at
    {{2, 3, 9, 8}, 3, {.size = 2, .stride = 3}},
    {{1, 257, 17, 31}, 5, {.size = 1}},  // too large to be read where it is
    {{3, 7, 5, 6}, 9, {.size = 1}},
    {{2, 4, 6, 5}, 3, {.size = 1, .padding = 2}},
    {{1, 3, 37, 35}, 9, {.size = 11, .stride = 4, .padding = 2}},
    {{2, 3, 16, 16}, 4, {.size = 3, .stride = 3, .padding = 2}},
    {{2, 3, 17, 11}, 6, {.size = 5, .stride = 2, .padding = 2}},
    {{3, 2, 14, 12}, 7, {.size = 5}},
    {{5, 1, 32, 32}, 6, {.size = 5}},  // LeNet-5
    {{5, 1, 28, 28}, 6, {.size = 5, .padding = 2}},
    {{9, 6, 14, 14}, 16, {.size = 5}},
    {{3, 16, 13, 22}, 19, {.size = 3, .padding = 1}},
    {{2, 16, 16, 16}, 16, {.size = 3, .padding = 1}},
    {{2, 20, 8, 8}, 33, {.size = 3, .padding = 1}},
    {{2, 16, 16, 16}, 32, {.size = 3, .stride = 2, .padding = 1}},
    {{1, 3, 48, 64}, 8, {.size = 7, .stride = 2, .padding = 3}},
    {{1, 2, 5, 67}, 3, {.size = 4, .padding = 3}},     // an even filter, a wide map
    {{1, 2, 97, 3}, 29, {.size = 3, .padding = 1}},    // a tall one
    {{2, 130, 4, 4}, 31, {.size = 3, .padding = 1}},   // long sums
    {{1, 4, 120, 130}, 8, {.size = 3, .padding = 1}},  // several bands
    {{13, 16, 5, 5}, 120, {.size = 5}},                // LeNet-5's C5: the map becomes one pixel
    {{1, 1, 4, 4}, 2, {.size = 4}},
    // Batches for images side by side (abreast.hpp), whole blocks and others.
    {{16, 1, 32, 32}, 6, {.size = 5}},
    {{33, 1, 28, 28}, 6, {.size = 5, .padding = 2}},
    {{29, 6, 14, 14}, 16, {.size = 5}},
    {{16, 5, 7, 9}, 19, {.size = 3, .stride = 2, .padding = 1}},
    {{13, 3, 2, 2}, 2, {.size = 3, .padding = 4}},
    {{16, 2, 11, 7}, 3, {.size = 2, .stride = 3}},
    {{16, 2, 1, 1}, 2, {.size = 2, .stride = 3, .padding = 5}},
    {{15, 1, 5, 67}, 3, {.size = 4, .padding = 3}},
    {{16, 2, 23, 19}, 9, {.size = 11, .stride = 4, .padding = 2}},
    {{200, 2, 6, 5}, 7, {.size = 3, .padding = 1}},
};

struct Problem {
    explicit Problem(const Case& c)
        : window(c.window),
          x(random(c.x, 1)),
          w(random({c.filters, c.x[1], window.size, window.size}, 2)),
          b(random({c.filters}, 3)),
          dy(random({c.x[0], c.filters, output_size(c.x[2], window), output_size(c.x[3], window)}, 4)) {}
    Window window;
    Tensor x, w, b, dy;
};

BOOST_AUTO_TEST_SUITE(convolution)

BOOST_DATA_TEST_CASE(forward, cases* instruction_sets(), c, isa) {
    const On on(isa);
    const Problem p(c);
    Sums y(p.dy.shape());
    for_products(c.x, y.shape, c.window, [&](Index i, Index j, Index o) { y.add(o, double{p.x[i]} * double{p.w[j]}); });
    check_close("without bias", conv2d_forward(p.x, p.w, {}, c.window), y);
    const Index map = y.shape[2] * y.shape[3];
    for (Index o = 0; o < y.shape.count(); ++o) y.add(o, double{p.b[o / map % c.filters]});
    check_close("with bias", conv2d_forward(p.x, p.w, p.b, c.window), y);
}

BOOST_DATA_TEST_CASE(backward_input, cases* instruction_sets(), c, isa) {
    const On on(isa);
    const Problem p(c);
    Sums dx(c.x);
    for_products(c.x, p.dy.shape(), c.window,
                 [&](Index i, Index j, Index o) { dx.add(i, double{p.dy[o]} * double{p.w[j]}); });
    check_close("dx", conv2d_backward_input(p.dy, p.w, c.x, c.window), dx);
}

BOOST_DATA_TEST_CASE(backward_filters, cases* instruction_sets(), c, isa) {
    const On on(isa);
    const Problem p(c);
    Sums dw(p.w.shape()), db(p.b.shape());
    for_products(c.x, p.dy.shape(), c.window,
                 [&](Index i, Index j, Index o) { dw.add(j, double{p.x[i]} * double{p.dy[o]}); });
    const Index map = p.dy.size(2) * p.dy.size(3);
    for (Index o = 0; o < p.dy.count(); ++o) db.add(o / map % c.filters, double{p.dy[o]});
    const auto gradients = conv2d_backward_filters(p.x, p.dy, c.window);
    check_close("dw", gradients.dw, dw);
    check_close("db", gradients.db, db);
}

BOOST_DATA_TEST_CASE(is_the_same_for_any_threads, cases* instruction_sets(), c, isa) {
    const On on(isa);
    const Problem p(c);
    check_same_for_any_threads("y", [&] { return conv2d_forward(p.x, p.w, p.b, c.window); });
    check_same_for_any_threads("dx", [&] { return conv2d_backward_input(p.dy, p.w, c.x, c.window); });
    check_same_for_any_threads("dw", [&] { return conv2d_backward_filters(p.x, p.dy, c.window).dw; });
    check_same_for_any_threads("db", [&] { return conv2d_backward_filters(p.x, p.dy, c.window).db; });
}

BOOST_AUTO_TEST_CASE(an_empty_batch_gives_an_empty_result) {
    const Tensor x({0, 2, 5, 5}), w = random({3, 2, 3, 3}, 1);
    const Window window{.size = 3};
    BOOST_TEST((conv2d_forward(x, w, {}, window).shape() == Shape{0, 3, 3, 3}));
    BOOST_TEST((conv2d_backward_input(Tensor({0, 3, 3, 3}), w, x.shape(), window).shape() == x.shape()));
    const auto gradients = conv2d_backward_filters(x, Tensor({0, 3, 3, 3}), window);
    BOOST_TEST((gradients.dw == Tensor({3, 2, 3, 3})));
    BOOST_TEST((gradients.db == Tensor({3})));
}

BOOST_AUTO_TEST_CASE(counts_places_rounding_down) {
    BOOST_TEST(output_size(7, {.size = 3}) == 5);
    BOOST_TEST(output_size(7, {.size = 3, .stride = 2, .padding = 1}) == 4);
    BOOST_TEST(output_size(8, {.size = 3, .stride = 2}) == 3);
    BOOST_TEST(output_size(2, {.size = 3}) == 0);
    BOOST_TEST(output_size(2, {.size = 3, .stride = 4}) == 0);  // -1 / 4 must not round up to one place
    BOOST_TEST(output_size(3, {.size = 3, .stride = 100}) == 1);
}

BOOST_AUTO_TEST_CASE(refuses_what_does_not_fit) {
    const Tensor x({2, 3, 7, 7}), w({4, 3, 3, 3}), b({4}), dy({2, 4, 5, 5});
    const Window window{.size = 3};
    BOOST_CHECK_THROW(conv2d_forward(Tensor({3, 7, 7}), w, b, window), ShapeError);
    BOOST_CHECK_THROW(conv2d_forward(x, Tensor({4, 1, 3, 3}), b, window), ShapeError);
    BOOST_CHECK_THROW(conv2d_forward(x, w, Tensor({3}), window), ShapeError);
    BOOST_CHECK_THROW(conv2d_forward(x, w, b, {.size = 5}), ShapeError);
    BOOST_CHECK_THROW(conv2d_forward(x, w, b, {.size = 3, .stride = 0}), ShapeError);
    BOOST_CHECK_THROW(conv2d_forward(x, w, b, {.size = 3, .padding = -1}), ShapeError);
    BOOST_CHECK_THROW(conv2d_forward(Tensor({2, 3, 2, 7}), w, b, window), ShapeError);
    BOOST_CHECK_THROW(conv2d_backward_input(Tensor({2, 4, 5, 4}), w, x.shape(), window), ShapeError);
    BOOST_CHECK_THROW(conv2d_backward_input(dy, Tensor({5, 3, 3, 3}), x.shape(), window), ShapeError);
    BOOST_CHECK_THROW(conv2d_backward_filters(x, Tensor({1, 4, 5, 5}), window), ShapeError);
    BOOST_CHECK_THROW(conv2d_backward_filters(x, Tensor({2, 4, 25}), window), ShapeError);
    BOOST_CHECK_EXCEPTION(conv2d_forward(x, Tensor({4, 1, 3, 3}), b, window), ShapeError, [](const ShapeError& e) {
        return e.what() == std::string("conv2d: x [2, 3, 7, 7] has 3 channels, w [4, 1, 3, 3] expects 1");
    });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
