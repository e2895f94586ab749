// Tasks 10.1 to 10.3: the parts of the network of 1998.
#include <numeric>

#include "testing.hpp"

using namespace cnn;
using namespace cnn::lab10;
using namespace cnn::grader;

// ---- 10.1 ----

BOOST_AUTO_TEST_SUITE(task_10_1)

BOOST_AUTO_TEST_CASE(table_1) { check_same(student(connection_table), connection_table()); }
BOOST_AUTO_TEST_CASE(what_the_paper_says_of_it) {
    const Tensor table = student(connection_table);
    check_that(table.shape() == Shape{6, 16}, fmt::format("table {}, expected [6, 16]: a row for each map of S2, a "
                                                          "column for each of C3",
                                                          table.shape()));
    if (table.shape() != Shape{6, 16}) return;
    const float connections = std::accumulate(table.values().begin(), table.values().end(), 0.0f);
    check_that(connections == 60,
               fmt::format("{} connections, expected 60: 1,516 parameters = 60 · 25 + 16", connections));
    for (Index c = 0; c < 6; ++c) {
        float feeds = 0;
        for (Index k = 0; k < 16; ++k) feeds += table(c, k);
        check_that(feeds == 10, fmt::format("row {} has {} ones, expected 10 as in every row", c, feeds));
    }
}

const Tensor small_table({2, 3}, {1, 0, 1,    //
                                  0, 1, 1});  // 4 connections: (k, c) = (0, 0), (1, 1), (2, 0), (2, 1)

BOOST_AUTO_TEST_CASE(the_handout_s_filters) {
    const Tensor w({4, 1, 1}, {2, 3, 4, 5});
    check_same(student(spread_filters, w, small_table), Tensor({3, 2, 1, 1}, {2, 0, 0, 3, 4, 5}));
}
void check_spread(const Shape& w_shape, const Tensor& table) {
    const Tensor w = random(w_shape, 31);
    check_same(student(spread_filters, w, table), spread_filters(w, table));
}
BOOST_AUTO_TEST_CASE(spread_not_square) { check_spread({4, 2, 3}, small_table); }
BOOST_AUTO_TEST_CASE(spread_table_1) { check_spread({60, 5, 5}, connection_table()); }
BOOST_AUTO_TEST_CASE(spread_everything_connected) { check_spread({6, 3, 3}, Tensor::full({3, 2}, 1)); }
BOOST_AUTO_TEST_CASE(spread_refuses_another_number_of_filters) {
    check_rejects(spread_filters, random({5, 3, 3}, 1), small_table);
    check_rejects(spread_filters, random({3, 3, 3}, 1), small_table);
}

void check_gather(const Shape& all_shape, const Tensor& table) {
    const Tensor all = random(all_shape, 32);
    check_same(student(gather_filters, all, table), gather_filters(all, table));
}
BOOST_AUTO_TEST_CASE(gather_not_square) { check_gather({3, 2, 2, 3}, small_table); }
BOOST_AUTO_TEST_CASE(gather_table_1) { check_gather({16, 6, 5, 5}, connection_table()); }
BOOST_AUTO_TEST_CASE(gather_keeps_zeros_of_connections) {
    check_same(student(gather_filters, Tensor({3, 2, 1, 1}, {0, 9, 9, 3, 0, 5}), small_table),
               Tensor({4, 1, 1}, {0, 3, 0, 5}));
}
BOOST_AUTO_TEST_CASE(gather_refuses_another_table) {
    for (const Shape& other :
         {Shape{2, 3, 3, 3}, Shape{2, 2, 3, 3}, Shape{4, 2, 3, 3}, Shape{3, 1, 3, 3}, Shape{3, 3, 3, 3}})
        check_rejects(gather_filters, random(other, 1), small_table);
}

BOOST_AUTO_TEST_SUITE_END()

// ---- 10.2 ----

BOOST_AUTO_TEST_SUITE(task_10_2)

void check_forward(const Shape& shape) {
    const Tensor x = random(shape, 1), a = random({shape[1]}, 2), b = random({shape[1]}, 3);
    check_same(student(subsample_forward, x, a, b), subsample_forward(x, a, b));
}
BOOST_AUTO_TEST_CASE(the_handout_s_example) {
    const Tensor x({1, 1, 2, 4}, {1, 2, 0, -1,  //
                                  3, 4, 2, 1});
    check_same(student(subsample_forward, x, Tensor({1}, {0.5f}), Tensor({1}, {1})), Tensor({1, 1, 1, 2}, {6, 2}));
}
BOOST_AUTO_TEST_CASE(one_value) { check_forward({1, 1, 2, 2}); }
BOOST_AUTO_TEST_CASE(one_map_not_square) { check_forward({1, 1, 6, 4}); }
BOOST_AUTO_TEST_CASE(every_map_has_its_own) { check_forward({1, 3, 4, 4}); }
BOOST_AUTO_TEST_CASE(several_images) { check_forward({3, 2, 2, 6}); }
BOOST_AUTO_TEST_CASE(forward_agrees_with_pytorch) {
    check_same(student(subsample_forward, random({2, 3, 6, 4}, 1), random({3}, 2), random({3}, 3)),
               golden("subsample_y"), of_exponentials);
}
BOOST_AUTO_TEST_CASE(odd_sides_are_refused) {
    const Tensor one({1}, {1});
    check_rejects(subsample_forward, random({1, 1, 5, 4}, 1), one, one);
    check_rejects(subsample_forward, random({1, 1, 4, 5}, 1), one, one);
}
BOOST_AUTO_TEST_CASE(another_number_of_maps_is_refused) {
    for (const Index other : {1, 3}) {
        check_rejects(subsample_forward, random({1, 2, 4, 4}, 1), random({other}, 1), random({2}, 1));
        check_rejects(subsample_forward, random({1, 2, 4, 4}, 1), random({2}, 1), random({other}, 1));
    }
}

void check_backward(const Shape& shape) {
    const Tensor x = random(shape, 1), a = random({shape[1]}, 2);
    const Tensor dy = random({shape[0], shape[1], shape[2] / 2, shape[3] / 2}, 4);
    check_same(student(subsample_backward, dy, x, a), subsample_backward(dy, x, a));
}
BOOST_AUTO_TEST_CASE(the_handout_s_gradients) {
    const Tensor x({1, 1, 2, 4}, {1, 2, 0, -1,  //
                                  3, 4, 2, 1});
    check_same(student(subsample_backward, Tensor({1, 1, 1, 2}, {1, -2}), x, Tensor({1}, {0.5f})),
               {Tensor({1, 1, 2, 4}, {0.5f, 0.5f, -1, -1,  //
                                      0.5f, 0.5f, -1, -1}),
                Tensor({1}, {6}), Tensor({1}, {-1})});
}
BOOST_AUTO_TEST_CASE(backward_one_value) { check_backward({1, 1, 2, 2}); }
BOOST_AUTO_TEST_CASE(backward_one_map_not_square) { check_backward({1, 1, 4, 6}); }
BOOST_AUTO_TEST_CASE(backward_every_map_has_its_own) { check_backward({1, 3, 4, 4}); }
BOOST_AUTO_TEST_CASE(backward_adds_up_over_images) { check_backward({3, 2, 2, 4}); }
BOOST_AUTO_TEST_CASE(backward_agrees_with_pytorch) {
    check_same(student(subsample_backward, random({2, 3, 3, 2}, 4), random({2, 3, 6, 4}, 1), random({3}, 2)),
               {golden("subsample_dx"), golden("subsample_da"), golden("subsample_db")}, of_exponentials);
}

BOOST_AUTO_TEST_SUITE_END()

// ---- 10.3 ----

BOOST_AUTO_TEST_SUITE(task_10_3)

BOOST_AUTO_TEST_CASE(code_words) { check_same(student(digit_codes), digit_codes()); }

BOOST_AUTO_TEST_CASE(the_handout_s_distances) {
    const Tensor x({1, 3}, {1, 0.5f, -1}), w({2, 3}, {1, 1, -1,  //
                                                      -1, 1, 1});
    check_same(student(rbf_forward, x, w), Tensor({1, 2}, {0.25f, 8.25f}));
}
void check_rbf(const Shape& x_shape, Index classes) {
    const Tensor x = random(x_shape, 1), w = random({classes, x_shape[1]}, 2);
    check_same(student(rbf_forward, x, w), rbf_forward(x, w), sum_of_squares);
}
BOOST_AUTO_TEST_CASE(one_number) { check_rbf({1, 1}, 1); }
BOOST_AUTO_TEST_CASE(several_images_and_classes) { check_rbf({3, 5}, 2); }
BOOST_AUTO_TEST_CASE(distances_agree_with_pytorch) {
    check_same(student(rbf_forward, random({3, 84}, 5), digit_codes()), golden("rbf_y"), sum_of_squares);
}
BOOST_AUTO_TEST_CASE(distance_to_itself_is_zero) {
    const Tensor codes = digit_codes();
    const Tensor y = student(rbf_forward, codes, codes);
    check_same(y, rbf_forward(codes, codes));
}
BOOST_AUTO_TEST_CASE(other_lengths_are_refused) {
    check_rejects(rbf_forward, random({2, 5}, 1), random({3, 4}, 1));
    check_rejects(rbf_forward, random({2, 4}, 1), random({3, 5}, 1));
}

BOOST_AUTO_TEST_CASE(the_handout_s_direction) {
    const Tensor x({1, 3}, {1, 0.5f, -1}), w({2, 3}, {1, 1, -1,  //
                                                      -1, 1, 1});
    check_same(student(rbf_backward, Tensor({1, 2}, {1, 0}), x, w), Tensor({1, 3}, {0, -1, 0}));
}
void check_rbf_backward(const Shape& x_shape, Index classes) {
    const Tensor x = random(x_shape, 1), w = random({classes, x_shape[1]}, 2), dy = random({x_shape[0], classes}, 3);
    check_same(student(rbf_backward, dy, x, w), rbf_backward(dy, x, w), {.relative = 1e-5, .absolute = 1e-5});
}
BOOST_AUTO_TEST_CASE(direction_one_number) { check_rbf_backward({1, 1}, 1); }
BOOST_AUTO_TEST_CASE(direction_one_image) { check_rbf_backward({1, 4}, 3); }
BOOST_AUTO_TEST_CASE(direction_several_images) { check_rbf_backward({4, 3}, 5); }
BOOST_AUTO_TEST_CASE(direction_agrees_with_pytorch) {
    check_same(student(rbf_backward, random({3, 10}, 6), random({3, 84}, 5), digit_codes()), golden("rbf_dx"),
               {.relative = 1e-5, .absolute = 1e-5});
}

void check_loss(const Tensor& y, const std::vector<std::int32_t>& labels, double j) {
    check_same(student(map_loss, y, labels, j), map_loss(y, labels, j), of_exponentials);
}
BOOST_AUTO_TEST_CASE(the_handout_s_loss) {
    // E = 0.25 + log(e^-1 + e^-0.25 + e^-8.25); the shares are 0.320748, 0.679024 and 0.000228.
    check_same(student(map_loss, Tensor({1, 2}, {0.25f, 8.25f}), std::vector<std::int32_t>{0}, 1.0),
               {0.387099, Tensor({1, 2}, {0.320976f, -0.000227787f}), 1}, {.relative = 1e-4, .absolute = 1e-5});
}
BOOST_AUTO_TEST_CASE(right_and_wrong) { check_loss(Tensor({2, 3}, {1, 2, 3, 1, 2, 3}), {0, 2}, 1); }
BOOST_AUTO_TEST_CASE(another_j) { check_loss(Tensor({1, 3}, {1, 2, 3}), {1}, -2.5); }
BOOST_AUTO_TEST_CASE(several_images_loss) { check_loss(random({7, 4}, 8), {0, 1, 2, 3, 0, 1, 2}, 0.5); }
BOOST_AUTO_TEST_CASE(the_first_of_equal_penalties_counts) {
    check_loss(Tensor::full({2, 3}, 2), {0, 2}, 1);
    check_loss(Tensor::full({2, 3}, 2), {0, 0}, 1);
    check_loss(Tensor({3, 4}, {3, 1, 1, 1, 1, 2, 1, 2, 2, 2, 1, 1}), {1, 2, 3}, 1);
}
BOOST_AUTO_TEST_CASE(large_penalties) { check_loss(Tensor({2, 2}, {900, 950, 2000, 1800}), {0, 0}, 1000); }
BOOST_AUTO_TEST_CASE(large_penalties_small_j) { check_loss(Tensor({1, 2}, {900, 950}), {0}, 1); }
BOOST_AUTO_TEST_CASE(very_negative_j) { check_loss(Tensor({1, 2}, {3, 4}), {1}, -900); }
BOOST_AUTO_TEST_CASE(loss_agrees_with_pytorch) {
    Tensor y = random({5, 10}, 7);
    for (float& value : y.values()) value = 4 * value + 4;
    const nn::LossResult result = student(map_loss, y, std::vector<std::int32_t>{3, 0, 9, 3, 5}, 1.5);
    check_same(result.loss, golden("map_loss")[0], of_exponentials);
    check_same(result.gradient, golden("map_loss_gradient"), of_exponentials);
}
BOOST_AUTO_TEST_CASE(labels_out_of_range_are_refused) {
    check_rejects(map_loss, random({2, 3}, 1), std::vector<std::int32_t>{0, 3}, 1.0);
    check_rejects(map_loss, random({2, 3}, 1), std::vector<std::int32_t>{-1, 0}, 1.0);
}
BOOST_AUTO_TEST_CASE(another_number_of_labels_is_refused) {
    check_rejects(map_loss, random({2, 3}, 1), std::vector<std::int32_t>{0}, 1.0);
    check_rejects(map_loss, random({2, 3}, 1), std::vector<std::int32_t>{0, 1, 2}, 1.0);
}

BOOST_AUTO_TEST_SUITE_END()
