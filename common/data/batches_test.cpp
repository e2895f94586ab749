#include "data/batches.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <set>

using namespace cnn;
using namespace cnn::data;

namespace {

// Image n of channel c is filled with 10 n + c, but its first pixel is 255.
Dataset small(Index count, Index channels = 1, Index height = 3, Index width = 2) {
    Dataset result{.name = "small",
                   .source = {},
                   .shape = {channels, height, width},
                   .pixels = {},
                   .labels = {},
                   .class_names = {"a", "b", "c"}};
    for (Index n = 0; n < count; ++n) {
        for (Index c = 0; c < channels; ++c)
            for (Index i = 0; i < height * width; ++i)
                result.pixels.push_back(static_cast<std::uint8_t>(i == 0 ? 255 : 10 * n + c));
        result.labels.push_back(static_cast<std::int32_t>(n % 3));
    }
    check(result, "small");
    return result;
}

std::vector<Index> order_of(const Epoch& epoch) {
    std::vector<Index> order;
    for (const Batch& batch : epoch) order.insert(order.end(), batch.indices.begin(), batch.indices.end());
    return order;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(batches)

BOOST_AUTO_TEST_CASE(every_image_comes_once_an_epoch) {
    const Dataset dataset = small(7);
    const Batches batches(dataset, {.size = 3});
    BOOST_TEST(batches.per_epoch() == 3);
    BOOST_TEST((batches.batch_shape() == Shape{3, 1, 3, 2}));
    BOOST_TEST((batches.epoch(0)[2].x.shape() == Shape{1, 1, 3, 2}));
    const auto order = order_of(batches.epoch(0));
    BOOST_TEST(order.size() == 7u);
    BOOST_TEST(std::set<Index>(order.begin(), order.end()).size() == 7u);
    BOOST_TEST((order != order_of(batches.epoch(1))));
    BOOST_TEST((order != order_of(Batches(dataset, {.size = 3, .seed = 2}).epoch(0))));
    BOOST_TEST((order == order_of(Batches(dataset, {.size = 3}).epoch(0))));
    BOOST_TEST(order_of(Batches(dataset, {.size = 3, .drop_last = true}).epoch(0)).size() == 6u);
    BOOST_TEST(Batches(dataset, {.size = 8}).per_epoch() == 1);
    BOOST_TEST(Batches(dataset, {.size = 8, .drop_last = true}).per_epoch() == 0);
}

BOOST_AUTO_TEST_CASE(images_and_labels_stay_together) {
    const Dataset dataset = small(7, 2);
    for (const Batch& batch : Batches(dataset, {.size = 2}).epoch(5))
        for (Index b = 0; b < batch.x.size(0); ++b) {
            const Index n = batch.indices[static_cast<std::size_t>(b)];
            BOOST_TEST(batch.labels[static_cast<std::size_t>(b)] == n % 3);
            BOOST_TEST(batch.x(b, 0, 0, 0) == 1.0f);
            BOOST_TEST(batch.x(b, 0, 2, 1) == static_cast<float>(10 * n) / 255);
            BOOST_TEST(batch.x(b, 1, 2, 1) == static_cast<float>(10 * n + 1) / 255);
        }
}

BOOST_AUTO_TEST_CASE(order_without_shuffling_is_the_data_sets) {
    const Dataset dataset = small(5);
    BOOST_TEST(
        (order_of(Batches(dataset, {.size = 2, .shuffle = false}).epoch(3)) == std::vector<Index>{0, 1, 2, 3, 4}));
}

BOOST_AUTO_TEST_CASE(padding_is_background) {
    const Dataset dataset = small(3, 2);
    const Normalization by{{0.5f, 0.25f}, {2, 4}};
    const Batch batch = Batches(dataset, {.size = 3, .shuffle = false, .padding = 2, .normalization = by}).epoch(0)[0];
    BOOST_TEST((batch.x.shape() == Shape{3, 2, 7, 6}));
    BOOST_TEST(batch.x(0, 0, 0, 0) == -0.25f);
    BOOST_TEST(batch.x(2, 1, 6, 5) == -0.0625f);
    BOOST_TEST(batch.x(1, 0, 2, 2) == 0.25f);
    BOOST_TEST(batch.x(1, 0, 4, 3) == (10 / 255.f - 0.5f) / 2);
    BOOST_TEST(batch.x(1, 0, 5, 3) == -0.25f);
}

BOOST_AUTO_TEST_CASE(normalization_makes_mean_0_and_deviation_1) {
    const Dataset dataset = small(20, 2);
    const Batches batches(dataset, {.size = 20, .normalization = normalization(dataset)});
    const Tensor x = batches.epoch(0)[0].x;
    for (Index c = 0; c < 2; ++c) {
        double sum = 0, squares = 0;
        for (Index n = 0; n < 20; ++n)
            for (Index i = 0; i < 3; ++i)
                for (Index j = 0; j < 2; ++j) sum += x(n, c, i, j), squares += x(n, c, i, j) * x(n, c, i, j);
        BOOST_TEST(sum / 120 == 0, boost::test_tools::tolerance(1e-5) << boost::test_tools::tolerance(1e-5));
        BOOST_TEST(squares / 120 == 1, boost::test_tools::tolerance(1e-5));
    }
    const Dataset one_gray = slice(small(2, 1, 1, 1), 0, 1);
    BOOST_TEST((normalization(one_gray) == Normalization{{1}, {1}}));
}

BOOST_AUTO_TEST_CASE(options_are_checked) {
    const Dataset dataset = small(3);
    BOOST_CHECK_THROW(Batches(dataset, {.size = 0}), ShapeError);
    BOOST_CHECK_THROW(Batches(dataset, {.padding = -1}), ShapeError);
    BOOST_CHECK_THROW(Batches(dataset, {.normalization = Normalization{{0, 0}, {1, 1}}}), ShapeError);
    BOOST_CHECK_THROW(Batches(dataset, {.size = 2}).epoch(0)[2], ShapeError);
    BOOST_CHECK_THROW(Batches(dataset).gather(std::vector<Index>{3}), ShapeError);
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(augmentation)

BOOST_AUTO_TEST_CASE(mirrors_and_moves) {
    const std::vector<std::uint8_t> from{1, 2, 3,  //
                                         4, 5, 6};
    const auto changed = [&](const Change& change) {
        std::vector<std::uint8_t> to(6, 99);
        apply(change, {1, 2, 3}, from, to);
        return to;
    };
    BOOST_TEST((changed({}) == from));
    BOOST_TEST((changed({.mirror = true}) == std::vector<std::uint8_t>{3, 2, 1, 6, 5, 4}));
    BOOST_TEST((changed({.rows = 1, .columns = -1}) == std::vector<std::uint8_t>{0, 0, 0, 2, 3, 0}));
    BOOST_TEST((changed({.mirror = true, .columns = 1}) == std::vector<std::uint8_t>{0, 3, 2, 0, 6, 5}));
    BOOST_TEST((changed({.rows = -9, .columns = 9}) == std::vector<std::uint8_t>(6, 0)));
}

BOOST_AUTO_TEST_CASE(is_the_same_for_the_same_epoch) {
    const Dataset dataset = small(40);
    const Batches batches(dataset, {.size = 40, .shuffle = false, .augmentation = {.mirror = true, .crop_padding = 1}});
    BOOST_TEST((batches.epoch(1)[0].x == batches.epoch(1)[0].x));
    BOOST_TEST(!(batches.epoch(1)[0].x == batches.epoch(2)[0].x));
    BOOST_TEST(!(batches.epoch(1)[0].x == Batches(dataset, {.size = 40, .shuffle = false}).epoch(1)[0].x));
}

BOOST_AUTO_TEST_CASE(draws_every_change) {
    Engine engine(1);
    std::set<std::tuple<bool, Index, Index>> seen;
    for (int i = 0; i < 500; ++i) {
        const Change change = draw({.mirror = true, .crop_padding = 1}, engine);
        seen.emplace(change.mirror, change.rows, change.columns);
    }
    BOOST_TEST(seen.size() == 18u);
}

// Colours that vary along (1, 1, 0) and not at all in blue.
Dataset two_shades() {
    Dataset result{
        .name = "shades", .source = {}, .shape = {3, 1, 2}, .pixels = {}, .labels = {}, .class_names = {"a"}};
    for (const auto value : {std::uint8_t{51}, std::uint8_t{153}}) {
        for (const std::uint8_t byte : {value, value, value, value, std::uint8_t{85}, std::uint8_t{85}})
            result.pixels.push_back(byte);
        result.labels.push_back(0);
    }
    return result;
}

BOOST_AUTO_TEST_CASE(colours_move_along_the_axes_on_which_they_vary) {
    const Dataset dataset = two_shades();
    const BatchOptions options{.size = 1,
                               .shuffle = false,
                               .normalization = Normalization{{0, 0, 0}, {1, 0.5f, 1}},
                               .augmentation = {.colour = 0.1f}};
    const Batches batches(dataset, options);
    double sum = 0, squares = 0;
    constexpr int epochs = 400;
    for (int epoch = 0; epoch < epochs; ++epoch) {
        const Tensor x = batches.epoch(epoch)[0].x;
        const float red = x[0] - 0.2f;
        BOOST_TEST(std::abs(x[1] - x[0]) < 1e-6f);            // the same for every pixel
        BOOST_TEST(std::abs(x[2] - 0.4f - 2 * red) < 1e-5f);  // green has half the deviation
        BOOST_TEST(std::abs(x[4] - 85.0f / 255) < 1e-6f);     // blue never moves
        sum += double{red}, squares += double{red} * double{red};
    }
    // Variance 0.04 in red and in green: 0.08 along (1, 1, 0) / √2, so that red moves by alpha · 0.08 / √2. The mean
    // and the deviation of 400 draws are within 4 / √400 and 4 / √800 of it.
    const double deviation = 0.1 * 0.08 / std::sqrt(2.0);
    BOOST_TEST(std::abs(sum / epochs) < deviation / 5);
    BOOST_TEST(std::abs(std::sqrt(squares / epochs) / deviation - 1) < 0.15);
    BOOST_TEST((Batches(dataset, options).epoch(7)[1].x == batches.epoch(7)[1].x));
    const Dataset gray = small(3);
    BOOST_CHECK_THROW(Batches(gray, {.augmentation = {.colour = 0.1f}}), ShapeError);
}

BOOST_AUTO_TEST_CASE(axes_of_a_covariance) {
    // (4, 2; 2, 1) is (2, 1) (2, 1)ᵀ: 5 along (2, 1) / √5, nothing across.
    const PrincipalComponents two = principal_components(Tensor({2, 2}, {4, 2, 2, 1}));
    BOOST_TEST(std::abs(two.values[0] - 5) < 1e-6f);
    BOOST_TEST(std::abs(two.values[1]) < 1e-6f);
    BOOST_TEST(std::abs(two.vectors(0, 0) - 0.8944272f) < 1e-6f);
    BOOST_TEST(std::abs(two.vectors(1, 0) - 0.4472136f) < 1e-6f);
    // The axes rebuild the matrix they were taken from.
    const Tensor a({3, 3}, {0.05f, 0.01f, 0, 0.01f, 0.04f, 0.01f, 0, 0.01f, 0.02f});
    const PrincipalComponents three = principal_components(a);
    BOOST_TEST(three.values[0] > three.values[1]);
    BOOST_TEST(three.values[1] > three.values[2]);
    for (Index u = 0; u < 3; ++u)
        for (Index v = 0; v < 3; ++v) {
            double sum = 0;
            for (Index i = 0; i < 3; ++i) sum += double{three.vectors(u, i) * three.values(i) * three.vectors(v, i)};
            BOOST_TEST(std::abs(sum - double{a(u, v)}) < 1e-7);
        }
    BOOST_CHECK_THROW(principal_components(Tensor({2, 2}, {1, 2, 3, 4})), ShapeError);
    BOOST_CHECK_THROW(principal_components(Tensor({2, 3})), ShapeError);
}

BOOST_AUTO_TEST_SUITE_END()
