// Tests of 2.3 and 2.4: blocks and descriptors.
#include "testing.hpp"

using namespace cnn;
using namespace cnn::lab02;
using namespace cnn::grader;

BOOST_AUTO_TEST_SUITE(task_2_3)

// Lengths of gradients, as in cells of 8 × 8 pixels; a few bins are empty.
Tensor any_cells(const Shape& shape, std::uint32_t seed) {
    Engine engine(seed);
    Tensor cells = uniform(shape, engine, -200, 1500);
    for (float& value : cells.values()) value = std::max(value, 0.0f);
    return cells;
}
void check_hys(std::initializer_list<float> v, std::initializer_list<float> y) {
    check_same(student(l2_hys, Tensor({std::ssize(v)}, v)), Tensor({std::ssize(y)}, y), normalized);
}
void check_blocks(const Tensor& cells, Index block) {
    check_same(student(normalize_blocks, cells, block), normalize_blocks(cells, block), normalized);
}

BOOST_AUTO_TEST_CASE(the_example_with_a_pencil) {
    check_hys({3, 4, 0, 12, 84}, {0.140180f, 0.186906f, 0, 0.560719f, 0.794352f});
}
BOOST_AUTO_TEST_CASE(nothing_to_cut) {
    const Tensor v = Tensor::full({100}, 7);
    check_same(student(l2_hys, v), Tensor::full({100}, 0.1f), normalized);
}
BOOST_AUTO_TEST_CASE(everything_cut) {
    check_hys({1000}, {0.9999875f});
    check_hys({300, 400}, {0.7071023f, 0.7071023f});
}
BOOST_AUTO_TEST_CASE(the_size_does_not_matter) {
    const Tensor v = any_cells({36}, 1);
    Tensor bright = v;
    check_same(student(l2_hys, bright *= 100), l2_hys(v), normalized);
}
BOOST_AUTO_TEST_CASE(nothing_stays_nothing) { check_same(student(l2_hys, Tensor({36})), Tensor({36}), normalized); }
BOOST_AUTO_TEST_CASE(almost_nothing_stays_small) { check_hys({1e-6f, 0}, {0.7071066f, 0}); }

BOOST_AUTO_TEST_CASE(one_block_row_by_row) {
    Tensor cells({2, 2, 3});
    for (Index d = 0; d < 12; ++d) cells[d] = static_cast<float>(d + 1);
    check_blocks(cells, 2);
}
BOOST_AUTO_TEST_CASE(blocks_overlap) {
    check_blocks(any_cells({3, 3, 4}, 2), 2);
    check_blocks(any_cells({2, 5, 4}, 3), 2);
    check_blocks(any_cells({4, 2, 4}, 4), 2);
}
BOOST_AUTO_TEST_CASE(a_block_of_one_cell) { check_blocks(any_cells({3, 4, 9}, 5), 1); }
BOOST_AUTO_TEST_CASE(larger_blocks) {
    check_blocks(any_cells({4, 5, 7}, 6), 3);
    check_blocks(any_cells({4, 4, 9}, 7), 4);
}
BOOST_AUTO_TEST_CASE(empty_cells) { check_same(student(normalize_blocks, Tensor({3, 3, 9}), 2), Tensor({2, 2, 36})); }
BOOST_AUTO_TEST_CASE(nonsense_is_refused) {
    for (const Shape& too_small : {Shape{1, 4, 9}, Shape{4, 1, 9}, Shape{0, 0, 9}})
        check_rejects(normalize_blocks, Tensor(too_small), 2);
    for (const Shape& not_cells : {Shape{36}, Shape{4, 9}, Shape{1, 4, 4, 9}})
        check_rejects(normalize_blocks, Tensor(not_cells), 2);
    for (const Index block : {0, -1, 5}) check_rejects(normalize_blocks, Tensor({4, 4, 9}), block);
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(task_2_4)

// A descriptor that is wrong, but is what one's own three steps make of the picture, is put together rightly.
void check_hog(const Image& picture, const Settings& settings, const Tensor& expected, const Tolerance& tolerance) {
    const Tensor answer = student(hog, picture, settings);
    // One that has another shape is not what the steps before can be blamed for.
    if (answer.shape() == expected.shape() && !is_near(answer, expected)) {
        const Gradient gradient = student(strongest_gradient, picture);
        const Tensor cells = student(cell_histograms, gradient, settings);
        Tensor blocks = student(normalize_blocks, cells, settings.block);
        const Index count = blocks.count();
        check_that(
            !is_near(answer, std::move(blocks).reshaped({count})),
            "The descriptor is put together rightly, but of steps that are not: correct tasks 2.1 to 2.3 first.");
    }
    check_same(answer, expected, tolerance);
}
void check_hog(const Image& picture, const Settings& settings) {
    check_hog(picture, settings, hog(picture, settings), normalized);
}
void check_size(Index height, Index width, const Settings& settings, Index size) {
    check_same(student(hog_size, height, width, settings), size);
}

BOOST_AUTO_TEST_CASE(a_window_of_64_by_128_has_3780_numbers) { check_size(128, 64, {}, 3780); }
BOOST_AUTO_TEST_CASE(sizes_of_other_windows) {
    check_size(16, 16, {}, 36);
    check_size(28, 28, {.cell = 4}, 1296);
    check_size(48, 24, {.cell = 8, .block = 1, .bins = 5}, 90);
    check_size(45, 37, {.cell = 6, .block = 3, .bins = 7}, 1260);
}
BOOST_AUTO_TEST_CASE(no_room_for_a_block) {
    check_size(15, 40, {}, 0);
    check_size(40, 15, {}, 0);
    check_size(4, 4, {}, 0);
    check_size(8, 8, {.block = 3}, 0);
}
BOOST_AUTO_TEST_CASE(the_window_as_scikit_image_does_it) {
    check_hog(golden_picture("window"), whole_votes, golden("window_hog"), golden_descriptor);
}
BOOST_AUTO_TEST_CASE(a_gray_window_as_scikit_image_does_it) {
    check_hog(golden_picture("gray"), whole_votes, golden("gray_hog"), golden_descriptor);
}
BOOST_AUTO_TEST_CASE(an_odd_picture_as_scikit_image_does_it) {
    check_hog(golden_picture("odd"), {.cell = 6, .block = 3, .bins = 7, .shared_votes = false}, golden("odd_hog"),
              golden_descriptor);
}
BOOST_AUTO_TEST_CASE(shared_votes) {
    check_hog(noise(32, 24, 3, 1), {});
    check_hog(noise(21, 30, 1, 2), {.cell = 5});
}
BOOST_AUTO_TEST_CASE(laid_out_as_OpenCV_does_it) {
    // OpenCV lets no vote cross the edge of a block, so the numbers differ, but each block resembles its own: the mean
    // product of two blocks of length 1 is 0.91 (and 0.83 where only the cells of each block are in another order).
    const Tensor answer = student(hog, golden_picture("window"), Settings{}), theirs = golden("window_opencv");
    require(answer.shape() == theirs.shape(), "the descriptor has the shape {}, expected {}", answer.shape(),
            theirs.shape());
    double product = 0;
    for (Index d = 0; d < answer.count(); ++d) product += static_cast<double>(answer(d) * theirs(d)) / 105;
    check_that(product > 0.88,
               fmt::format("the blocks do not lie where OpenCV's blocks lie: their mean product is {:.2f}", product));
}
BOOST_AUTO_TEST_CASE(an_even_picture) { check_hog(Image(20, 20, 3, 100), {}); }
BOOST_AUTO_TEST_CASE(pictures_without_room_are_refused) {
    check_rejects(hog, noise(15, 40, 1, 1), Settings{});
    check_rejects(hog, noise(40, 15, 1, 1), Settings{});
    check_rejects(hog, noise(7, 7, 3, 1), Settings{});
    check_rejects(hog, noise(8, 8, 3, 1), Settings{.block = 3});
}
BOOST_AUTO_TEST_CASE(a_picture_with_room_for_just_one_block) {
    check_hog(noise(16, 17, 1, 3), {});
    check_hog(noise(13, 12, 3, 4), {.cell = 4, .block = 3});
}

BOOST_AUTO_TEST_SUITE_END()
