// Tasks 11.1 to 11.3: pictures, unpooling, transposed convolution.
#include "kernels/convolution.hpp"
#include "kernels/pooling.hpp"
#include "testing.hpp"

using namespace cnn;
using namespace cnn::lab11;
using namespace cnn::grader;

namespace {

Tensor magnitudes(Tensor x) {
    for (float& value : x.values()) value = std::abs(value);
    return x;
}

}  // namespace

// ---- 11.1 ----

BOOST_AUTO_TEST_SUITE(task_11_1)

void check_signed(const Tensor& plane, float largest) {
    check_same(student(signed_picture, plane, largest), signed_picture(plane, largest));
}
BOOST_AUTO_TEST_CASE(zero_is_white_and_the_ends_have_the_end_colours) {
    const Image picture = student(signed_picture, Tensor({1, 3}, {-2, 0, 2}), 2.0f);
    Image expected(1, 3, 3);
    expected.pixels = {32, 80, 160, 250, 250, 250, 170, 25, 45};
    check_same(picture, expected);
}
BOOST_AUTO_TEST_CASE(signed_numbers_not_square) {
    check_signed(random({3, 5}, 1), 1);
    check_signed(random({4, 2}, 2), 0.7f);
}
BOOST_AUTO_TEST_CASE(mostly_negative) { check_signed(Tensor({2, 2}, {-3, -1, -2, 0.5f}), 3); }
BOOST_AUTO_TEST_CASE(beyond_the_scale) { check_signed(Tensor({1, 4}, {-5, -1, 1, 5}), 2); }
BOOST_AUTO_TEST_CASE(nothing_but_zeros) { check_signed(Tensor({2, 3}), 0); }
BOOST_AUTO_TEST_CASE(no_plane_is_refused) {
    for (const auto picture : {signed_picture, activation_picture}) {
        check_rejects(picture, Tensor({1, 2, 2}), 1.0f);
        check_rejects(picture, Tensor({4}), 1.0f);
        check_rejects(picture, Tensor({2, 2}), -1.0f);
    }
}

void check_activation(const Tensor& plane, float largest) {
    check_same(student(activation_picture, plane, largest), activation_picture(plane, largest));
}
BOOST_AUTO_TEST_CASE(activations_from_dark_to_yellow) {
    check_activation(Tensor({1, 5}, {0, 1, 2, 3, 4}), 4);
    check_activation(magnitudes(random({3, 4}, 3)), 1);
}
BOOST_AUTO_TEST_CASE(weak_activations_on_a_large_scale) { check_activation(Tensor({1, 3}, {1, 1.5f, 2}), 10); }
BOOST_AUTO_TEST_CASE(a_map_that_never_answers) { check_activation(Tensor({3, 2}), 0); }

BOOST_AUTO_TEST_CASE(filters_share_a_scale) {
    const Tensor w = random({4, 1, 3, 3}, 4);
    check_same(student(filter_pictures, w), filter_pictures(w));
}
BOOST_AUTO_TEST_CASE(filters_with_channels) {
    const Tensor w = random({2, 3, 2, 4}, 5);
    check_same(student(filter_pictures, w), filter_pictures(w));
}
BOOST_AUTO_TEST_CASE(the_largest_weight_is_negative) {
    const Tensor w({2, 1, 1, 2}, {0.5f, -4, 1, 2});
    check_same(student(filter_pictures, w), filter_pictures(w));
}
BOOST_AUTO_TEST_CASE(maps_on_one_scale_and_on_their_own) {
    Tensor maps = magnitudes(random({1, 3, 4, 5}, 6));
    for (Index i = 0; i < 20; ++i) maps[i] *= 0.1f;
    check_same(student(map_pictures, maps, Scale::shared), map_pictures(maps, Scale::shared));
    check_same(student(map_pictures, maps, Scale::own), map_pictures(maps, Scale::own));
}
BOOST_AUTO_TEST_CASE(a_dead_map_on_its_own_scale) {
    const Tensor maps({1, 2, 1, 2}, {0, 0, 0, 3});
    check_same(student(map_pictures, maps, Scale::own), map_pictures(maps, Scale::own));
}
// As before a ReLU: the scale reaches from 0 to the largest value, whatever lies below.
BOOST_AUTO_TEST_CASE(maps_with_negative_numbers) {
    const Tensor maps({1, 3, 1, 3}, {-5, 1, 2, -1, -2, -3, 0, -8, 4});
    check_same(student(map_pictures, maps, Scale::own), map_pictures(maps, Scale::own));
    check_same(student(map_pictures, maps, Scale::shared), map_pictures(maps, Scale::shared));
}
BOOST_AUTO_TEST_CASE(nothing_but_negative_numbers) {
    const Tensor maps({1, 2, 1, 2}, {-5, -1, -2, -3});
    check_same(student(map_pictures, maps, Scale::own), map_pictures(maps, Scale::own));
    check_same(student(map_pictures, maps, Scale::shared), map_pictures(maps, Scale::shared));
}
BOOST_AUTO_TEST_CASE(filters_of_another_rank_are_refused) {
    check_rejects(filter_pictures, Tensor({3, 2, 2}));
    check_rejects(filter_pictures, Tensor({1, 1, 1, 2, 2}));
}
BOOST_AUTO_TEST_CASE(maps_of_two_images_are_refused) {
    check_rejects(map_pictures, Tensor({2, 1, 2, 2}), Scale::own);
    check_rejects(map_pictures, Tensor({0, 1, 2, 2}), Scale::own);
    check_rejects(map_pictures, Tensor({1, 2, 2}), Scale::shared);
}

std::vector<Image> numbered(Index count, Index height, Index width, Index channels) {
    std::vector<Image> pictures;
    for (Index p = 0; p < count; ++p) {
        pictures.emplace_back(height, width, channels);
        for (std::size_t i = 0; i < pictures.back().pixels.size(); ++i)
            pictures.back().pixels[i] = static_cast<std::uint8_t>(20 * p + static_cast<Index>(i));
    }
    return pictures;
}
void check_mosaic(const std::vector<Image>& pictures, Index columns, Index gap) {
    check_same(student(mosaic, pictures, columns, gap), mosaic(pictures, columns, gap));
}
BOOST_AUTO_TEST_CASE(four_pictures_of_one_pixel) {
    Image expected(3, 3, 1, 255);
    expected(0, 0) = 0, expected(0, 2) = 20, expected(2, 0) = 40, expected(2, 2) = 60;
    check_same(student(mosaic, numbered(4, 1, 1, 1), 2, 1), expected);
}
BOOST_AUTO_TEST_CASE(full_rows) { check_mosaic(numbered(6, 2, 3, 3), 3, 2); }
BOOST_AUTO_TEST_CASE(the_last_row_is_not_full) {
    check_mosaic(numbered(5, 3, 2, 1), 2, 1);
    check_mosaic(numbered(2, 2, 2, 3), 3, 1);
}
BOOST_AUTO_TEST_CASE(no_gap) { check_mosaic(numbered(4, 2, 3, 1), 2, 0); }
BOOST_AUTO_TEST_CASE(one_picture) { check_mosaic(numbered(1, 4, 2, 3), 1, 3); }
BOOST_AUTO_TEST_CASE(what_makes_no_mosaic_is_refused) {
    check_rejects(mosaic, std::vector<Image>{}, 2, 1);
    check_rejects(mosaic, numbered(2, 2, 2, 1), 0, 1);
    check_rejects(mosaic, numbered(2, 2, 2, 1), -1, 1);
    check_rejects(mosaic, numbered(2, 2, 2, 1), 2, -1);
    check_rejects(mosaic, std::vector<Image>{Image(2, 2, 1), Image(3, 2, 1)}, 2, 1);
    check_rejects(mosaic, std::vector<Image>{Image(2, 2, 1), Image(2, 3, 1)}, 2, 1);
    check_rejects(mosaic, std::vector<Image>{Image(2, 2, 1), Image(2, 2, 3)}, 2, 1);
}

BOOST_AUTO_TEST_SUITE_END()

// ---- 11.2 ----

BOOST_AUTO_TEST_SUITE(task_11_2)

void check_unpool(const Shape& x_shape, const Window& window) {
    const auto [y, switches] = cnn::kernels::max_pool_forward(random(x_shape, 7), window);
    check_same(student(unpool, y, switches, x_shape), unpool(y, switches, x_shape));
}
void check_golden(const std::string& name) {
    const Tensor x = golden("unpool_" + name + "_x");
    check_same(student(unpool, golden("unpool_" + name + "_y"), golden("unpool_" + name + "_switches"), x.shape()), x);
}

BOOST_AUTO_TEST_CASE(the_example_with_a_pencil) {
    const Tensor y({1, 1, 2, 2}, {4, 5, 0, 7}), switches({1, 1, 2, 2}, {4, 7, 8, 10});
    check_same(student(unpool, y, switches, Shape{1, 1, 4, 4}), Tensor({1, 1, 4, 4}, {0, 0, 0, 0,  //
                                                                                      4, 0, 0, 5,  //
                                                                                      0, 0, 7, 0,  //
                                                                                      0, 0, 0, 0}));
}
BOOST_AUTO_TEST_CASE(one_pixel) { check_unpool({1, 1, 1, 1}, {.size = 1}); }
BOOST_AUTO_TEST_CASE(not_square) {
    check_unpool({1, 1, 4, 8}, {.size = 2, .stride = 2});
    check_unpool({1, 1, 9, 3}, {.size = 3, .stride = 3});
}
BOOST_AUTO_TEST_CASE(maps_and_images_by_themselves) {
    check_unpool({1, 3, 4, 4}, {.size = 2, .stride = 2});
    check_unpool({3, 2, 4, 6}, {.size = 2, .stride = 2});
}
BOOST_AUTO_TEST_CASE(pixels_left_over) { check_unpool({1, 2, 5, 7}, {.size = 2, .stride = 2}); }
BOOST_AUTO_TEST_CASE(a_maximum_of_several_windows_comes_back_once) {
    check_unpool({1, 2, 7, 7}, {.size = 3, .stride = 2});
    check_same(student(unpool, Tensor({1, 1, 1, 2}, {6, 6}), Tensor({1, 1, 1, 2}, {2, 2}), Shape{1, 1, 1, 5}),
               Tensor({1, 1, 1, 5}, {0, 0, 6, 0, 0}));
}
BOOST_AUTO_TEST_CASE(the_last_of_several_values_counts) {
    check_same(student(unpool, Tensor({1, 1, 1, 2}, {6, -1}), Tensor({1, 1, 1, 2}, {2, 2}), Shape{1, 1, 1, 5}),
               Tensor({1, 1, 1, 5}, {0, 0, -1, 0, 0}));
}
BOOST_AUTO_TEST_CASE(agrees_with_pytorch) {
    for (const char* name : {"halved", "overlapping", "left_over", "padded"}) check_golden(name);
}
BOOST_AUTO_TEST_CASE(what_does_not_fit_is_refused) {
    const Tensor y({1, 1, 2, 2}, {4, 5, 0, 7}), switches({1, 1, 2, 2}, {4, 7, 8, 10});
    check_rejects(unpool, y, Tensor({1, 1, 1, 2}, {4, 7}), Shape{1, 1, 4, 4});
    check_rejects(unpool, y, Tensor({1, 1, 2, 3}, {4, 7, 8, 10, 11, 12}), Shape{1, 1, 4, 4});
    check_rejects(unpool, y, switches, Shape{1, 2, 4, 4});
    check_rejects(unpool, y, switches, Shape{2, 1, 4, 4});
    check_rejects(unpool, Tensor({1, 2, 1, 2}), Tensor({1, 2, 1, 2}), Shape{1, 1, 4, 4});
    check_rejects(unpool, y, switches, Shape{1, 1, 2, 5});
    check_rejects(unpool, y, Tensor({1, 1, 2, 2}, {4, 7, -1, 10}), Shape{1, 1, 4, 4});
}

BOOST_AUTO_TEST_SUITE_END()

// ---- 11.3 ----

BOOST_AUTO_TEST_SUITE(task_11_3)

void check_sizes(Index output, const Window& window) {
    check_same(student(sizes_before, output, window), sizes_before(output, window));
}
BOOST_AUTO_TEST_CASE(the_handout_s_sizes) {
    check_same(student(sizes_before, 2, Window{.size = 2, .stride = 2}), {4, 5});
    check_same(student(sizes_before, 112, Window{.size = 7, .stride = 2, .padding = 3}), {223, 224});  // ResNet
}
BOOST_AUTO_TEST_CASE(one_size_only) {
    check_sizes(1, {.size = 1});
    check_sizes(24, {.size = 5});
    check_sizes(28, {.size = 5, .padding = 2});
}
BOOST_AUTO_TEST_CASE(as_many_sizes_as_the_stride) {
    check_same(student(sizes_before, 55, Window{.size = 11, .stride = 4, .padding = 2}), {223, 226});  // AlexNet
    check_sizes(4, {.size = 2, .stride = 5});
}
BOOST_AUTO_TEST_CASE(at_least_one_pixel) { check_same(student(sizes_before, 1, Window{2, 3, 1}), {1, 2}); }
BOOST_AUTO_TEST_CASE(sizes_that_cannot_be_are_refused) {
    check_rejects(sizes_before, 0, Window{.size = 3});
    check_rejects(sizes_before, -1, Window{.size = 3});
    check_rejects(sizes_before, 2, Window{.size = 0});
    check_rejects(sizes_before, 2, Window{.size = 3, .stride = 0});
    check_rejects(sizes_before, 2, Window{.size = 3, .padding = -1});
    check_rejects(sizes_before, 1, Window{.size = 3, .padding = 2});  // even one pixel has three places
}

// The handout's: one map of 2 × 2, one filter of 2 × 2.
const Tensor example_y({1, 1, 2, 2}, {1, 2, 3, -1}), example_w({1, 1, 2, 2}, {1, 0, 2, -1});

BOOST_AUTO_TEST_CASE(the_handout_s_matrix) {
    check_same(student(convolution_matrix, Tensor({2, 2}, {1, 0, 2, -1}), Window{.size = 2}, 3, 3),
               Tensor({4, 9}, {1, 0, 0, 2, -1, 0,  0, 0,  0,  //
                               0, 1, 0, 0, 2,  -1, 0, 0,  0,  //
                               0, 0, 0, 1, 0,  0,  2, -1, 0,  //
                               0, 0, 0, 0, 1,  0,  0, 2,  -1}));
}
void check_matrix(const Window& window, Index height, Index width) {
    const Tensor w = random({window.size, window.size}, 3);
    check_same(student(convolution_matrix, w, window, height, width), convolution_matrix(w, window, height, width));
}
BOOST_AUTO_TEST_CASE(matrices_of_other_windows) {
    check_matrix({.size = 1}, 1, 1);
    check_matrix({.size = 3, .padding = 1}, 3, 4);
    check_matrix({.size = 2, .stride = 2}, 5, 4);
    check_matrix({.size = 3, .stride = 2, .padding = 2}, 4, 3);
}
BOOST_AUTO_TEST_CASE(matrices_agree_with_pytorch) {
    const Tensor w = random({3, 3}, 3);
    check_same(student(convolution_matrix, w, Window{.size = 3}, 4, 5), golden("matrix_plain"));
    check_same(student(convolution_matrix, w, Window{3, 2, 1}, 5, 4), golden("matrix_stride"));
}
BOOST_AUTO_TEST_CASE(no_matrix_of_what_does_not_fit) {
    for (const Shape& other : {Shape{2, 3}, Shape{3, 2}, Shape{2, 2}, Shape{4, 4}, Shape{1, 3, 3}})
        check_rejects(convolution_matrix, random(other, 1), Window{.size = 3}, 5, 5);
    check_rejects(convolution_matrix, random({3, 3}, 1), Window{.size = 3}, 2, 5);
    check_rejects(convolution_matrix, random({3, 3}, 1), Window{.size = 3}, 5, 2);
}

struct Case {
    Shape x;
    Index maps;
    Window window;

    Shape w() const { return {maps, x[1], window.size, window.size}; }
    Shape y() const {
        return {x[0], maps, cnn::kernels::output_size(x[2], window), cnn::kernels::output_size(x[3], window)};
    }
};
void check_transposed(const Case& c) {
    const Tensor y = random(c.y(), 1), w = random(c.w(), 2);
    check_same(student(conv2d_transposed, y, w, c.window, c.x[2], c.x[3]),
               conv2d_transposed(y, w, c.window, c.x[2], c.x[3]));
}
BOOST_AUTO_TEST_CASE(the_handout_s_spreading) {
    check_same(student(conv2d_transposed, example_y, example_w, Window{.size = 2}, 3, 3),
               Tensor({1, 1, 3, 3}, {1, 2, 0,   //
                                     5, 2, -2,  //
                                     6, -5, 1}));
}
BOOST_AUTO_TEST_CASE(a_stride_that_leaves_one_pixel_over) {
    check_same(student(conv2d_transposed, example_y, example_w, Window{.size = 2, .stride = 2}, 4, 5),
               Tensor({1, 1, 4, 5}, {1, 0,  2,  0,  0,  //
                                     2, -1, 4,  -2, 0,  //
                                     3, 0,  -1, 0,  0,  //
                                     6, -3, -2, 1,  0}));
}
BOOST_AUTO_TEST_CASE(one_value) { check_transposed({{1, 1, 3, 3}, 1, {.size = 3}}); }
BOOST_AUTO_TEST_CASE(not_square) { check_transposed({{1, 1, 4, 7}, 1, {.size = 3}}); }
BOOST_AUTO_TEST_CASE(channels_maps_and_images) {
    check_transposed({{1, 3, 5, 4}, 1, {.size = 2}});
    check_transposed({{1, 1, 5, 4}, 3, {.size = 2}});
    check_transposed({{3, 2, 4, 5}, 3, {.size = 3}});
}
BOOST_AUTO_TEST_CASE(padding) {
    check_transposed({{1, 2, 5, 4}, 2, {.size = 3, .padding = 1}});
    check_transposed({{1, 1, 3, 2}, 2, {.size = 5, .padding = 3}});
}
BOOST_AUTO_TEST_CASE(strides) {
    check_transposed({{1, 2, 7, 5}, 2, {.size = 3, .stride = 2}});
    check_transposed({{1, 2, 9, 6}, 2, {.size = 3, .stride = 2, .padding = 1}});
    check_transposed({{1, 1, 8, 9}, 2, {.size = 2, .stride = 4}});
}
BOOST_AUTO_TEST_CASE(transposed_agrees_with_pytorch) {
    const auto check = [](const std::string& name, const Shape& y_shape, Index channels, const Window& window) {
        const Tensor x = golden("transposed_" + name), y = random(y_shape, 1),
                     w = random({y_shape[1], channels, window.size, window.size}, 2);
        check_same(student(conv2d_transposed, y, w, window, x.size(2), x.size(3)), x);
    };
    check("plain", {2, 3, 4, 5}, 2, {3});
    check("same", {1, 4, 6, 6}, 3, {5, 1, 2});
    check("stride", {1, 2, 3, 4}, 2, {3, 2, 1});
    check("left_over", {1, 2, 3, 4}, 2, {3, 2, 1});
    check("alexnet", {1, 2, 5, 4}, 3, {11, 4, 2});
    check("apart", {1, 1, 3, 3}, 1, {2, 3});
}
// What "transposed" means: Σ y · convolved(x) = Σ transposed(y) · x for any x and y.
BOOST_AUTO_TEST_CASE(it_is_the_transposed_matrix) {
    const Case c{{2, 3, 8, 7}, 4, {.size = 3, .stride = 2, .padding = 1}};
    const Tensor x = random(c.x, 1), y = random(c.y(), 2), w = random(c.w(), 3);
    const Tensor back = student(conv2d_transposed, y, w, c.window, c.x[2], c.x[3]);
    check_that(back.shape() == c.x, fmt::format("x is {}, expected {}", back.shape(), c.x));
    if (back.shape() != c.x) return;
    const double forth = inner_product(y, cnn::kernels::conv2d_forward(x, w, {}, c.window));
    const double got = inner_product(back, x);
    check_that(
        std::abs(forth - got) < 1e-3,
        fmt::format("Σ y · convolved(x) is {:.4f}, Σ transposed(y) · x is {:.4f}: they should be equal", forth, got));
}
BOOST_AUTO_TEST_CASE(what_does_not_fit_is_refused) {
    const Tensor y = random({1, 2, 2, 2}, 1), w = random({2, 1, 2, 2}, 2);
    const Window window{.size = 2, .stride = 2};
    check_rejects(conv2d_transposed, y, w, window, 6, 4);
    check_rejects(conv2d_transposed, y, w, window, 3, 4);
    check_rejects(conv2d_transposed, y, w, window, 4, 6);
    check_rejects(conv2d_transposed, y, w, window, 4, 3);
    for (const Shape& other : {Shape{1, 2, 2, 2}, Shape{3, 2, 2, 2}, Shape{2, 1, 3, 3}, Shape{2, 1, 2, 3},
                               Shape{2, 1, 3, 2}, Shape{2, 1, 1, 1}})
        check_rejects(conv2d_transposed, y, random(other, 2), window, 4, 4);
    check_rejects(conv2d_transposed, y.reshaped({2, 2, 2}), w, window, 4, 4);
}

BOOST_AUTO_TEST_SUITE_END()
