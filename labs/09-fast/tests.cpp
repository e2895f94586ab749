#include <fmt/format.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>

#include "04-convolution/convolution.hpp"
#include "08-backprop/backprop.hpp"
#include "fast.hpp"
#include "grader/judge.hpp"
#include "kernels/convolution.hpp"
#include "kernels/isa.hpp"
#include "probes.hpp"
#include "tensor/npy.hpp"
#include "tensor/random.hpp"

using namespace cnn;
using namespace cnn::lab09;
using namespace cnn::grader;

// PyTorch's answers: golden/make.py made them. 3×3 windows, stride 2, padding 1, on two images of 3 channels, 7×6.
Tensor golden(const std::string& name) { return read_npy(fmt::format("{}/golden/{}.npy", CNN_LAB_DIR, name)); }
constexpr Window golden_window{.size = 3, .stride = 2, .padding = 1};
constexpr Tolerance rounding{.relative = 1e-5, .absolute = 2e-5};  // sums of at most 27 products of the order of 1

// The handout's example: an image of 3×3, seen through windows of 2×2.
const Tensor x_example({1, 1, 3, 3}, {1, 2, 3,  //
                                      4, 5, 6,  //
                                      7, 8, 9});
const Tensor columns_example({4, 4}, {1, 2, 4, 5,  //
                                      2, 3, 5, 6,  //
                                      4, 5, 7, 8,  //
                                      5, 6, 8, 9});

struct Case {
    Shape x;
    Index n;
    Window window;
};
const std::vector<Case> odd_cases{{{1, 1, 4, 7}, 0, {.size = 3}},
                                  {{3, 1, 4, 4}, 1, {.size = 2}},
                                  {{2, 3, 5, 4}, 0, {.size = 3}},
                                  {{1, 2, 7, 8}, 0, {.size = 3, .stride = 2}},
                                  {{1, 2, 5, 6}, 0, {.size = 3, .padding = 2}},
                                  {{2, 2, 9, 7}, 1, {.size = 4, .stride = 3, .padding = 1}},
                                  {{1, 3, 4, 5}, 0, {.size = 1}},
                                  {{1, 2, 1, 1}, 0, {.size = 3, .stride = 2, .padding = 1}}};

Shape image_of(const Case& c) { return {c.x[1], c.x[2], c.x[3]}; }

BOOST_AUTO_TEST_SUITE(task_9_1)

BOOST_AUTO_TEST_CASE(im2col_of_the_example) {
    check_same(student(im2col, x_example, 0, Window{.size = 2}), columns_example);
}
BOOST_AUTO_TEST_CASE(im2col_of_odd_sizes) {
    for (const Case& c : odd_cases) {
        const Tensor x = random(c.x, 1);
        check_same(student(im2col, x, c.n, c.window), im2col(x, c.n, c.window));
    }
}
BOOST_AUTO_TEST_CASE(im2col_is_the_unfold_of_PyTorch) {
    check_same(student(im2col, golden("x"), 1, golden_window), golden("columns"));
}
// Beyond a row lies the next one. Padding is 0 whatever stands there, and not what stands there times 0.
BOOST_AUTO_TEST_CASE(im2col_takes_nothing_from_beyond_a_row) {
    for (const Index stride : {1, 2}) {
        Tensor x = random({3, 2, 3, 3}, 1);
        for (Index i = 0; i < 3; ++i) x(1, 0, i, 0) = x(1, 0, i, 2) = HUGE_VALF;
        for (Index i = 0; i < 18; ++i) x[i] = x[36 + i] = NAN;  // the images before and after
        const Window window{.size = 3, .stride = stride, .padding = 2};
        check_same(student(im2col, x, 1, window), im2col(x, 1, window), {.relative = 0, .absolute = 0});
    }
}
BOOST_AUTO_TEST_CASE(im2col_refuses_nonsense) {
    const Tensor x({2, 1, 4, 3});
    check_rejects(im2col, x, 2, Window{.size = 2});  // there are images 0 and 1
    check_rejects(im2col, x, -1, Window{.size = 2});
    check_rejects(im2col, x, 0, Window{.size = 4});  // wider than the image
    check_rejects(im2col, Tensor({1, 1, 3, 4}), 0, Window{.size = 4});
    check_rejects(im2col, x, 0, Window{.size = 0});
    check_rejects(im2col, x, 0, Window{.size = 2, .stride = 0});
    check_rejects(im2col, x, 0, Window{.size = 2, .padding = -1});
}
BOOST_AUTO_TEST_CASE(col2im_counts_how_often_each_pixel_was_seen) {
    check_same(student(col2im, Tensor::full({4, 4}, 1), Shape{1, 3, 3}, Window{.size = 2}),
               Tensor({1, 3, 3}, {1, 2, 1, 2, 4, 2, 1, 2, 1}));
}
BOOST_AUTO_TEST_CASE(col2im_of_odd_sizes) {
    for (const Case& c : odd_cases) {
        const Tensor columns = random(im2col(random(c.x, 1), c.n, c.window).shape(), 2);
        check_same(student(col2im, columns, image_of(c), c.window), col2im(columns, image_of(c), c.window));
    }
}
BOOST_AUTO_TEST_CASE(col2im_is_the_fold_of_PyTorch) {
    check_same(student(col2im, golden("columns"), Shape{3, 7, 6}, golden_window), golden("folded"), rounding);
}
BOOST_AUTO_TEST_CASE(col2im_drops_the_padding_whatever_stands_there) {
    for (const Index stride : {1, 2}) {
        const Window window{.size = 3, .stride = stride, .padding = 2};
        const Tensor inside = im2col(Tensor::full({1, 2, 3, 4}, 1), 0, window);
        Tensor columns = random(inside.shape(), 3);
        for (Index i = 0; i < columns.count(); ++i)
            if (inside[i] == 0) columns[i] = NAN;
        check_same(student(col2im, columns, Shape{2, 3, 4}, window), col2im(columns, {2, 3, 4}, window), rounding);
    }
}
BOOST_AUTO_TEST_CASE(col2im_refuses_other_sizes) {
    for (const Shape& other : {Shape{4, 5}, Shape{4, 3}, Shape{3, 4}, Shape{5, 4}})
        check_rejects(col2im, Tensor(other), Shape{1, 3, 3}, Window{.size = 2});
    check_rejects(col2im, Tensor({4, 4}), Shape{3, 3}, Window{.size = 2});
}
BOOST_AUTO_TEST_CASE(col2im_refuses_nonsense) {
    const Shape image{1, 3, 3};
    check_rejects(col2im, Tensor({4, 4}), image, Window{.size = 2, .stride = 0});
    check_rejects(col2im, Tensor({1, 1}), image, Window{.size = 1, .padding = -1});
    check_rejects(col2im, Tensor({0, 16}), image, Window{.size = 0});
    check_rejects(col2im, Tensor({16, 0}), image, Window{.size = 4});
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(task_9_2)

struct Sizes {
    Index rows, depth, columns;
};
// None of them is a multiple of what blocks and vectors like.
const std::vector<Sizes> odd_sizes{{1, 1, 1},   {1, 5, 3},   {4, 1, 2},     {7, 3, 1},    {6, 64, 32},
                                   {3, 67, 33}, {13, 5, 50}, {11, 130, 49}, {5, 9, 1100}, {2, 300, 70}};
using Product = Tensor (*)(const Tensor&, const Tensor&);

void check_product(Product product) {
    for (const auto& [rows, depth, columns] : odd_sizes) {
        const Tensor a = random({rows, depth}, 1), b = random({depth, columns}, 2);
        check_same(student(product, a, b), multiply_ordered(a, b));
    }
}
void check_small_product(Product product) {
    const Tensor a({2, 3}, {1, 2, 3, 4, 5, 6}), b({3, 2}, {1, -1, 0, 2, 2, 0});
    check_same(student(product, a, b), Tensor({2, 2}, {7, 3, 16, 6}));
}
void check_refusals(Product product) {
    check_rejects(product, Tensor({2, 3}), Tensor({2, 3}));  // b has too few rows
    check_rejects(product, Tensor({2, 3}), Tensor({4, 3}));  // too many
    check_rejects(product, Tensor({2, 3}), Tensor({3}));
    check_rejects(product, Tensor({3}), Tensor({3, 2}));
}

// The loops everybody writes first: the innermost goes down a column of b.
Tensor naive_product(const Tensor& a, const Tensor& b) {
    Tensor c({a.size(0), b.size(1)});
    for (Index i = 0; i < a.size(0); ++i)
        for (Index j = 0; j < b.size(1); ++j) {
            float sum = 0;
            for (Index k = 0; k < a.size(1); ++k) sum += a(i, k) * b(k, j);
            c(i, j) = sum;
        }
    return c;
}

BOOST_AUTO_TEST_CASE(ordered_two_by_two) { check_small_product(multiply_ordered); }
BOOST_AUTO_TEST_CASE(ordered_odd_sizes) { check_product(multiply_ordered); }
BOOST_AUTO_TEST_CASE(ordered_refuses_what_does_not_fit) { check_refusals(multiply_ordered); }
BOOST_AUTO_TEST_CASE(ordered_is_faster_than_the_obvious_loops) {
    const Tensor a = random({64, 256}, 1), b = random({256, 256}, 2);
    check_speed(multiply_ordered, {"the loops i, j, k", 2.5, [&] { naive_product(a, b); }}, a, b);
}
BOOST_AUTO_TEST_CASE(blocked_two_by_two) { check_small_product(multiply_blocked); }
BOOST_AUTO_TEST_CASE(blocked_odd_sizes) { check_product(multiply_blocked); }
BOOST_AUTO_TEST_CASE(blocked_refuses_what_does_not_fit) { check_refusals(multiply_blocked); }
BOOST_AUTO_TEST_CASE(blocked_is_faster_where_b_fills_more_than_the_nearest_cache) {
    // 256 KiB. With rows as long as those of a large image it is much the same, but measured in main memory, where
    // other programs disturb more.
    const Tensor a = random({64, 256}, 1), b = random({256, 256}, 2);
    check_speed(multiply_blocked, {"the reference's multiply_ordered", 1.2, [&] { multiply_ordered(a, b); }}, a, b);
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(task_9_3)

// A layer with everything its two directions need.
struct Layer {
    Tensor x, w, b, dy;
    Window window;
};
Layer layer(const Shape& x, Index filters, const Window& window) {
    Layer made{random(x, 1), random({filters, x[1], window.size, window.size}, 2), random({filters}, 3), {}, window};
    made.dy = random(lab04::conv2d_forward(made.x, made.w, made.b, window).shape(), 4);
    return made;
}
std::vector<Layer> odd_layers() {
    return {layer({1, 1, 4, 5}, 1, {.size = 3}),
            layer({3, 2, 5, 4}, 3, {.size = 2}),
            layer({2, 3, 7, 6}, 5, {.size = 3, .stride = 2, .padding = 1}),
            layer({2, 1, 3, 8}, 7, {.size = 3, .padding = 2}),
            layer({1, 4, 6, 6}, 2, {.size = 1}),
            layer({19, 1, 1, 1}, 2, {.size = 1})};
}

BOOST_AUTO_TEST_CASE(forward_of_the_example) {
    check_same(student(conv2d_forward, x_example, Tensor({1, 1, 2, 2}, {1, -1, 2, 0}), Tensor({1}), Window{.size = 2}),
               Tensor({1, 1, 2, 2}, {7, 9, 13, 15}));
}
BOOST_AUTO_TEST_CASE(forward_of_the_example_of_lab_04) {
    // 6×6 pixels, two filters.
    const Tensor x({1, 1, 6, 6}, {1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0,
                                  1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 1, 0});
    const Tensor w({2, 1, 3, 3}, {1, -1, -1, -1, 1, -1, -1, -1, 1, -1, 1, -1, -1, 1, -1, -1, 1, -1});
    check_same(student(conv2d_forward, x, w, Tensor({2}), Window{.size = 3, .stride = 3}),
               Tensor({1, 2, 2, 2}, {3, -1, 3, -1, -1, -1, -1, 3}));
}
BOOST_AUTO_TEST_CASE(forward_is_the_convolution_of_lab_04) {
    for (const auto& [x, w, b, dy, window] : odd_layers())
        check_same(student(conv2d_forward, x, w, b, window), lab04::conv2d_forward(x, w, b, window));
}
BOOST_AUTO_TEST_CASE(forward_is_the_convolution_of_PyTorch) {
    check_same(student(conv2d_forward, golden("x"), golden("w"), golden("b"), golden_window), golden("y"), rounding);
}
BOOST_AUTO_TEST_CASE(backward_input_is_the_gradient_of_lab_08) {
    for (const auto& [x, w, b, dy, window] : odd_layers())
        check_same(student(conv2d_backward_input, dy, w, x.shape(), window),
                   lab08::conv2d_backward_input(dy, w, x.shape(), window));
}
BOOST_AUTO_TEST_CASE(backward_input_is_the_gradient_of_PyTorch) {
    check_same(student(conv2d_backward_input, golden("dy"), golden("w"), Shape{2, 3, 7, 6}, golden_window),
               golden("dx"), rounding);
}
BOOST_AUTO_TEST_CASE(backward_filters_is_the_gradient_of_lab_08) {
    for (const auto& [x, w, b, dy, window] : odd_layers()) {
        auto [dw, db] = lab08::conv2d_backward_filters(x, dy, window);
        check_same(student(conv2d_backward_filters, x, dy, window), FilterGradients{std::move(dw), std::move(db)});
    }
}
BOOST_AUTO_TEST_CASE(backward_filters_is_the_gradient_of_PyTorch) {
    check_same(student(conv2d_backward_filters, golden("x"), golden("dy"), golden_window),
               FilterGradients{golden("dw"), golden("db")}, rounding);
}
// For layers of x [1, 2, 5, 5], w [3, 2, 3, 3] and dy [1, 3, 3, 3].
BOOST_AUTO_TEST_CASE(forward_of_what_does_not_fit_is_refused) {
    const Tensor x({1, 2, 5, 5}), w({3, 2, 3, 3}), b({3});
    for (const Shape& other : {Shape{3, 1, 3, 3}, Shape{3, 3, 3, 3}, Shape{3, 2, 3, 2}, Shape{3, 2, 2, 3}})
        check_rejects(conv2d_forward, x, Tensor(other), b, Window{.size = 3});
    check_rejects(conv2d_forward, x, w, Tensor({2}), Window{.size = 3});  // too few biases
    check_rejects(conv2d_forward, x, w, Tensor({4}), Window{.size = 3});  // too many
    check_rejects(conv2d_forward, x, w, Tensor(), Window{.size = 3});
    check_rejects(conv2d_forward, x, w, b, Window{.size = 2});
    check_rejects(conv2d_forward, x, w, b, Window{.size = 4});
    check_rejects(conv2d_forward, x, w, b, Window{.size = 3, .stride = 0});
    check_rejects(conv2d_forward, x, w, b, Window{.size = 3, .padding = -1});
    check_rejects(conv2d_forward, Tensor({1, 2, 2, 5}), w, b, Window{.size = 3});
    check_rejects(conv2d_forward, Tensor({1, 2, 5, 2}), w, b, Window{.size = 3});
}
BOOST_AUTO_TEST_CASE(backward_input_of_what_does_not_fit_is_refused) {
    const Shape x{1, 2, 5, 5};
    const Tensor w({3, 2, 3, 3}), dy({1, 3, 3, 3});
    for (const Shape& other : {Shape{1, 3, 3, 4}, Shape{1, 3, 3, 2}, Shape{1, 3, 4, 3}, Shape{1, 3, 2, 3},
                               Shape{2, 3, 3, 3}, Shape{1, 2, 3, 3}, Shape{1, 4, 3, 3}})
        check_rejects(conv2d_backward_input, Tensor(other), w, x, Window{.size = 3});
    for (const Shape& other : {Shape{3, 1, 3, 3}, Shape{3, 3, 3, 3}, Shape{3, 2, 3, 2}, Shape{3, 2, 2, 3}})
        check_rejects(conv2d_backward_input, dy, Tensor(other), x, Window{.size = 3});
    check_rejects(conv2d_backward_input, dy, w, Shape{2, 2, 5, 5}, Window{.size = 3});
    check_rejects(conv2d_backward_input, dy, w, x, Window{.size = 3, .stride = 0});
    check_rejects(conv2d_backward_input, Tensor({1, 3, 1, 1}), w, x, Window{.size = 3, .padding = -1});
}
BOOST_AUTO_TEST_CASE(backward_filters_of_what_does_not_fit_is_refused) {
    const Tensor x({1, 2, 5, 5}), dy({1, 3, 3, 3});
    for (const Shape& other :
         {Shape{1, 3, 3, 4}, Shape{1, 3, 3, 2}, Shape{1, 3, 4, 3}, Shape{1, 3, 2, 3}, Shape{2, 3, 3, 3}})
        check_rejects(conv2d_backward_filters, x, Tensor(other), Window{.size = 3});
    check_rejects(conv2d_backward_filters, Tensor({2, 2, 5, 5}), dy, Window{.size = 3});
    check_rejects(conv2d_backward_filters, x, dy, Window{.size = 2});
    check_rejects(conv2d_backward_filters, x, dy, Window{.size = 3, .stride = 0});
    check_rejects(conv2d_backward_filters, x, Tensor({1, 3, 1, 1}), Window{.size = 3, .padding = -1});
}

// Where speed is judged: 16 channels, 32 filters of 3×3 on four maps of 16×16.
Layer timed_layer() { return layer({4, 16, 16, 16}, 32, {.size = 3, .padding = 1}); }

BOOST_AUTO_TEST_CASE(forward_is_faster_than_seven_loops) {
    const Layer l = timed_layer();
    check_speed(conv2d_forward, {"lab 04's loops", 4, [&] { lab04::conv2d_forward(l.x, l.w, l.b, l.window); }}, l.x,
                l.w, l.b, l.window);
}
BOOST_AUTO_TEST_CASE(backward_input_is_faster_than_seven_loops) {
    const Layer l = timed_layer();
    check_speed(conv2d_backward_input,
                {"lab 08's loops", 15, [&] { lab08::conv2d_backward_input(l.dy, l.w, l.x.shape(), l.window); }}, l.dy,
                l.w, l.x.shape(), l.window);
}
BOOST_AUTO_TEST_CASE(backward_filters_is_faster_than_seven_loops) {
    const Layer l = timed_layer();
    check_speed(conv2d_backward_filters,
                {"lab 08's loops", 6, [&] { lab08::conv2d_backward_filters(l.x, l.dy, l.window); }}, l.x, l.dy,
                l.window);
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(task_9_4)

BOOST_AUTO_TEST_CASE(every_image_once) {
    for (const Index images : {1, 2, 7, 64, 1000})
        check_same(student(calls_of_each, images), std::vector<Index>(static_cast<std::size_t>(images), 1));
}
BOOST_AUTO_TEST_CASE(no_image_no_call) { check_same(student(calls_of_each, 0), std::vector<Index>{}); }
BOOST_AUTO_TEST_CASE(threads_share_the_work) { check_same(student(is_shared_out, 16), true); }
BOOST_AUTO_TEST_CASE(sums_of_three_numbers) {
    check_same(student(sum_of_terms, Tensor({3, 2}, {1, 10, 2, 20, 4, 40}), 1), Tensor({2}, {7, 70}));
}
BOOST_AUTO_TEST_CASE(sums_of_any_number_of_images) {
    for (const Index images : {1, 2, 5, 16, 17, 31, 100}) {
        const Tensor terms = random({images, 3, 2}, static_cast<std::uint32_t>(images));
        check_same(student(sum_of_terms, terms, 2), sum_of_terms(terms, 1));
    }
}
BOOST_AUTO_TEST_CASE(the_same_bits_on_any_number_of_threads) {
    // Numbers of very different sizes: another order of summation gives other bits.
    Tensor terms = random({200, 20}, 1);
    for (Index i = 0; i < terms.count(); i += 3) terms[i] *= 1e4f;
    const Tensor alone = student(sum_of_terms, terms, 1);
    // Another number of processors at each call: see probes.hpp.
    for (int time = 0; time < 8; ++time)
        check_that(
            student(sum_of_terms, terms, 1) == alone,
            "sum_over_images gives other bits where the machine has another number of cores: the number of groups "
            "must depend on the number of images alone.");
    for (const Index threads : {2, 3, 4, 2, 3, 4, 2, 3, 4, 2, 3, 4}) {
        const Tensor shared = student(sum_of_terms, terms, threads);
        check_that(shared == alone,
                   fmt::format("sum_over_images gives other bits on {} threads than on one: the order of the additions "
                               "must not depend on which thread is free.",
                               threads));
    }
}
BOOST_AUTO_TEST_CASE(threads_share_the_terms) { check_same(student(is_sum_shared_out, 16), true); }
BOOST_AUTO_TEST_CASE(no_addition_is_lost) {
    // So large that threads which add to one tensor meet.
    const std::vector<Index> ends = student(sum_of_ones, 64, 40'000);
    check_that(
        ends == std::vector<Index>{64, 64},
        fmt::format("64 terms that are all 1 add up to {} here and {} there: do two threads add to one tensor at "
                    "the same time? Then one of the additions is lost.",
                    ends.empty() ? 0 : ends.front(), ends.empty() ? 0 : ends.back()));
}
BOOST_AUTO_TEST_CASE(no_sum_over_nothing) { check_rejects(sum_of_terms, Tensor({0, 2}), 1); }

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(task_9_5)

using task_9_2::check_product;

// How many times as fast as plain loops a convolution has to be, where vectors have 16, 8 or 4 lanes: half of what the
// reference reaches there. It is the learner's own gain that counts, not how near it comes to kernels that get faster.
double gain(double sixteen, double eight, double four) {
    const std::string set = kernels::instruction_set();
    return set == "SSE4" || set == "NEON" ? four : set == "AVX2" ? eight : sixteen;
}
// Vectors of four are all there is: then they are no longer than those the compiler used in 9.2.
bool has_long_vectors() { return kernels::instruction_set() != "SSE4" && kernels::instruction_set() != "NEON"; }

BOOST_AUTO_TEST_CASE(two_by_two) { task_9_2::check_small_product(multiply_simd); }
BOOST_AUTO_TEST_CASE(odd_sizes) { check_product(multiply_simd); }
BOOST_AUTO_TEST_CASE(refuses_what_does_not_fit) { task_9_2::check_refusals(multiply_simd); }
BOOST_AUTO_TEST_CASE(is_faster_than_blocks_alone) {
    const Tensor a = random({64, 288}, 1), b = random({288, 320}, 2);
    check_speed(multiply_simd,
                {"the reference's multiply_blocked", has_long_vectors() ? 1.7 : 0.65, [&] { multiply_blocked(a, b); }},
                a, b);
}

// Before multiply_simd is begun, what is missing is that, not speed.
void ask_for_simd() { student(multiply_simd, Tensor({1, 1}, {2}), Tensor({1, 1}, {3})); }

// The speed of functions whose answers are wrong says nothing. These are 9.3's, whose tests say what is wrong.
task_9_3::Layer small_layer() { return task_9_3::layer({2, 3, 7, 6}, 5, {.size = 3, .stride = 2, .padding = 1}); }

void require_right(const std::string& name, const Tensor& answer, const Tensor& expected) {
    const bool is_right = answer.shape() == expected.shape() &&
                          std::ranges::equal(answer.values(), expected.values(),
                                             [](float x, float y) { return std::abs(x - y) <= 1e-4f; });
    check_that(is_right, fmt::format("{} gives wrong answers, so its speed is not judged. Where multiply_simd is right "
                                     "(the first tests of this task), correct task 9.3 first.",
                                     name));
}

// 32 channels, 64 filters of 5×5 on a map of 14×14.
task_9_3::Layer deep_layer() { return task_9_3::layer({1, 32, 14, 14}, 64, {.size = 5, .padding = 2}); }

BOOST_AUTO_TEST_CASE(forward_is_as_fast_as_lanes_make_it) {
    ask_for_simd();
    const auto small = small_layer();
    require_right("conv2d_forward", student(conv2d_forward, small.x, small.w, small.b, small.window),
                  lab04::conv2d_forward(small.x, small.w, small.b, small.window));
    const auto l = deep_layer();
    check_speed(conv2d_forward,
                {"lab 04's loops", gain(55, 30, 15), [&] { lab04::conv2d_forward(l.x, l.w, l.b, l.window); }}, l.x, l.w,
                l.b, l.window);
}
BOOST_AUTO_TEST_CASE(backward_input_is_as_fast_as_lanes_make_it) {
    ask_for_simd();
    const auto small = small_layer();
    require_right("conv2d_backward_input",
                  student(conv2d_backward_input, small.dy, small.w, small.x.shape(), small.window),
                  lab08::conv2d_backward_input(small.dy, small.w, small.x.shape(), small.window));
    const auto l = deep_layer();
    check_speed(
        conv2d_backward_input,
        {"lab 08's loops", gain(55, 30, 15), [&] { lab08::conv2d_backward_input(l.dy, l.w, l.x.shape(), l.window); }},
        l.dy, l.w, l.x.shape(), l.window);
}
BOOST_AUTO_TEST_CASE(backward_filters_is_as_fast_as_lanes_make_it) {
    ask_for_simd();
    const auto small = small_layer();
    const FilterGradients answer = student(conv2d_backward_filters, small.x, small.dy, small.window);
    const lab08::FilterGradients expected = lab08::conv2d_backward_filters(small.x, small.dy, small.window);
    require_right("conv2d_backward_filters", answer.dw, expected.dw);
    require_right("conv2d_backward_filters", answer.db, expected.db);
    const auto l = deep_layer();
    check_speed(conv2d_backward_filters,
                {"lab 08's loops", gain(55, 30, 15), [&] { lab08::conv2d_backward_filters(l.x, l.dy, l.window); }}, l.x,
                l.dy, l.window);
}

BOOST_AUTO_TEST_SUITE_END()
