// Winograd's method against the formula, and what it costs in accuracy.
#include "kernels/winograd.hpp"

#include <algorithm>
#include <array>
#include <boost/test/data/test_case.hpp>

#include "kernels/convolution.hpp"
#include "kernels/reference.hpp"

using namespace cnn;
using namespace cnn::kernels;
using namespace cnn::kernels::reference;

namespace {

// Uses Winograd's method, or not, while it lives.
class With {
public:
    explicit With(Winograd choice) : before_(winograd()) { use_winograd(choice); }
    ~With() { use_winograd(before_); }
    With(const With&) = delete;
    With& operator=(const With&) = delete;

private:
    Winograd before_;
};

const std::vector<Case> cases{
    {{1, 1, 1, 1}, 1, {.size = 3, .padding = 1}},  // one pixel
    {{2, 3, 2, 2}, 2, {.size = 3, .padding = 4}},  // more padding than image
    {{2, 1, 5, 5}, 1, {.size = 3}},                // no padding, tiles cut off
    {{2, 3, 7, 9}, 5, {.size = 3, .padding = 1}},  // primes
    {{1, 5, 13, 8}, 17, {.size = 3, .padding = 1}},
    {{3, 17, 13, 22}, 19, {.size = 3, .padding = 2}},
    {{2, 20, 8, 8}, 33, {.size = 3, .padding = 1}},
    {{37, 2, 6, 6}, 3, {.size = 3, .padding = 1}},     // several images in a chunk
    {{9, 4, 32, 32}, 3, {.size = 3, .padding = 1}},    // enough for chunks to be shared out
    {{1, 2, 97, 3}, 29, {.size = 3, .padding = 1}},    // a tall map
    {{1, 2, 3, 301}, 2, {.size = 3, .padding = 1}},    // a wide one: more tiles in a row than in a chunk
    {{2, 130, 4, 4}, 31, {.size = 3, .padding = 1}},   // long sums
    {{1, 4, 120, 130}, 8, {.size = 3, .padding = 1}},  // several rows of chunks
};

struct Problem {
    explicit Problem(const Case& c)
        : window(c.window),
          x(random(c.x, 1)),
          w(random({c.filters, c.x[1], 3, 3}, 2)),
          b(random({c.filters}, 3)),
          dy(random({c.x[0], c.filters, output_size(c.x[2], window), output_size(c.x[3], window)}, 4)) {}
    Window window;
    Tensor x, w, b, dy;
};

struct Expected {
    explicit Expected(const Problem& p) : y(p.dy.shape()), dx(p.x.shape()), dw(p.w.shape()), db(p.b.shape()) {
        for_products(p.x.shape(), p.dy.shape(), p.window, [&](Index i, Index j, Index o) {
            y.add(o, double{p.x[i]} * double{p.w[j]});
            dx.add(i, double{p.dy[o]} * double{p.w[j]});
            dw.add(j, double{p.x[i]} * double{p.dy[o]});
        });
        const Index map = p.dy.size(2) * p.dy.size(3);
        for (Index o = 0; o < p.dy.count(); ++o) {
            y.add(o, double{p.b[o / map % p.dy.size(1)]});
            db.add(o / map % p.dy.size(1), double{p.dy[o]});
        }
    }
    Sums y, dx, dw, db;
};

// Errors relative to the size of the results, as root mean squares.
double error(const Tensor& got, const Sums& expected) {
    double wrong = 0, size = 0;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        wrong += std::pow(static_cast<double>(got.values()[i]) - expected.value[i], 2);
        size += std::pow(expected.value[i], 2);
    }
    return std::sqrt(wrong / size);
}

// The errors of a tile mix, so an output's own terms do not bound its error; the largest sum of absolute terms does.
// Transforms enlarge rounding errors: `enlarged` was never above 3 here.
void check_winograd(const std::string& what, const Tensor& got, Sums expected) {
    constexpr double enlarged = 10;
    const double largest = *std::max_element(expected.magnitude.begin(), expected.magnitude.end());
    for (std::size_t i = 0; i < expected.size(); ++i) expected.magnitude[i] = enlarged * largest;
    check_close(what, got, expected);
}

BOOST_AUTO_TEST_SUITE(winograd_method)

BOOST_DATA_TEST_CASE(agrees_with_the_formula, cases* instruction_sets(), c, isa) {
    const On on(isa);
    const With always(Winograd::always);
    const Problem p(c);
    const Expected expected(p);
    check_winograd("y", conv2d_forward(p.x, p.w, p.b, p.window), expected.y);
    check_winograd("dx", conv2d_backward_input(p.dy, p.w, p.x.shape(), p.window), expected.dx);
    const auto gradients = conv2d_backward_filters(p.x, p.dy, p.window);
    check_winograd("dw", gradients.dw, expected.dw);
    check_close("db", gradients.db, expected.db);
}

BOOST_DATA_TEST_CASE(is_the_same_for_any_threads, cases* instruction_sets(), c, isa) {
    const On on(isa);
    const With always(Winograd::always);
    const Problem p(c);
    check_same_for_any_threads("y", [&] { return conv2d_forward(p.x, p.w, p.b, p.window); });
    check_same_for_any_threads("dx", [&] { return conv2d_backward_input(p.dy, p.w, p.x.shape(), p.window); });
    check_same_for_any_threads("dw", [&] { return conv2d_backward_filters(p.x, p.dy, p.window).dw; });
    check_same_for_any_threads("db", [&] { return conv2d_backward_filters(p.x, p.dy, p.window).db; });
}

// The figures in docs/kernels.md: run with --log_level=message to see them.
BOOST_DATA_TEST_CASE(accuracy, (std::vector<Index>{16, 64, 256}), channels) {
    const Problem p({{1, channels, 14, 14}, channels / 2, {.size = 3, .padding = 1}});
    const Expected expected(p);
    const auto errors = [&](Winograd choice) {
        const With with(choice);
        return std::array{error(conv2d_forward(p.x, p.w, p.b, p.window), expected.y),
                          error(conv2d_backward_input(p.dy, p.w, p.x.shape(), p.window), expected.dx),
                          error(conv2d_backward_filters(p.x, p.dy, p.window).dw, expected.dw)};
    };
    const auto direct = errors(Winograd::never), fast = errors(Winograd::always);
    const char* names[] = {"y", "dx", "dw"};
    for (std::size_t i = 0; i < 3; ++i) {
        BOOST_TEST_MESSAGE(channels << " channels, " << names[i] << ": direct " << direct[i] << ", Winograd "
                                    << fast[i]);
        BOOST_TEST(direct[i] < 1e-6);
        BOOST_TEST(fast[i] < 5e-6);
    }
}

BOOST_AUTO_TEST_CASE(the_plan_weighs_the_transforms) {
    const auto shape = [](Index channels, Index filters, Index size, const Window& window) {
        return correlation({64, channels, size, size}, filters, window);
    };
    const Window three{.size = 3, .padding = 1};
    const With automatic(Winograd::automatic);
    BOOST_TEST(prefers_winograd(shape(64, 64, 56, three), 64));
    BOOST_TEST(prefers_winograd_for_filters(shape(64, 64, 56, three), 64));
    BOOST_TEST(!prefers_winograd(shape(3, 64, 56, three), 64));  // three channels do not pay for a transform
    BOOST_TEST(!prefers_winograd(shape(64, 64, 56, {.size = 3, .stride = 2, .padding = 1}), 64));
    BOOST_TEST(!prefers_winograd(shape(64, 64, 56, {.size = 5, .padding = 2}), 64));
    const With never(Winograd::never);
    BOOST_TEST(!prefers_winograd(shape(64, 64, 56, three), 64));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
