#include "kernels/sift.hpp"

#include <boost/test/data/test_case.hpp>
#include <numbers>

#include "kernels/reference.hpp"

using namespace cnn;
using namespace cnn::kernels;
using namespace cnn::kernels::reference;

namespace {

Tensor noise(Index height, Index width, std::uint32_t seed) {
    Engine engine(seed);
    return gaussian_blur(uniform({height, width}, engine, 0, 1), 1.2f);
}

// A bright bell of this width on a gray ground.
Tensor blob(Index height, Index width, float row, float column, float sigma) {
    Tensor x({height, width});
    for (Index i = 0; i < height; ++i)
        for (Index j = 0; j < width; ++j) {
            const float r = static_cast<float>(i) - row, c = static_cast<float>(j) - column;
            x(i, j) = 0.2f + 0.7f * std::exp(-(r * r + c * c) / (2 * sigma * sigma));
        }
    return x;
}

// A quarter of a turn: the upper right corner becomes the lower right one.
Tensor turned(const Tensor& x) {
    Tensor y({x.size(1), x.size(0)});
    for (Index i = 0; i < y.size(0); ++i)
        for (Index j = 0; j < y.size(1); ++j) y(i, j) = x(x.size(0) - 1 - j, i);
    return y;
}

struct Size {
    Index height, width;
    Shape shape() const { return {height, width}; }
    friend std::ostream& operator<<(std::ostream& out, const Size& size) {
        return out << size.height << " × " << size.width;
    }
};
const std::vector<Size> sizes{{1, 1}, {1, 40}, {37, 1}, {5, 7}, {16, 16}, {31, 67}, {64, 50}};

BOOST_AUTO_TEST_SUITE(sift_keypoints)

BOOST_DATA_TEST_CASE(blur_agrees_with_the_formula, sizes* std::vector<float>({0.4f, 1.6f, 3.1f}) * instruction_sets(),
                     size, sigma, isa) {
    const On on(isa);
    const Tensor x = random(size.shape(), 3);
    const Index radius = static_cast<Index>(4 * sigma + 0.5f), height = size.height, width = size.width;
    Sums expected(size.shape());
    double whole = 0;
    const auto bell = [&](Index t) {
        return std::exp(-static_cast<double>(t * t) / (2.0 * double{sigma} * double{sigma}));
    };
    for (Index t = -radius; t <= radius; ++t) whole += bell(t);
    for (Index i = 0; i < height; ++i)
        for (Index j = 0; j < width; ++j)
            for (Index r = -radius; r <= radius; ++r)
                for (Index s = -radius; s <= radius; ++s)
                    expected.add(i * width + j, bell(r) * bell(s) / (whole * whole) *
                                                    double{x(std::clamp<Index>(i + r, 0, height - 1),
                                                             std::clamp<Index>(j + s, 0, width - 1))});
    check_close("y", gaussian_blur(x, sigma), expected);
}

BOOST_DATA_TEST_CASE(a_blob_is_found_where_it_is_and_as_large, std::vector<float>({3, 5, 9}) * instruction_sets(),
                     sigma, isa) {
    const On on(isa);
    const Features features = sift(blob(120, 130, 57.3f, 62.6f, sigma));
    BOOST_TEST_REQUIRE(!features.keypoints.empty());
    for (const Keypoint& keypoint : features.keypoints) {
        BOOST_TEST(std::abs(keypoint.row - 57.3f) < 0.2f);
        BOOST_TEST(std::abs(keypoint.column - 62.6f) < 0.2f);
        // The difference of two bells answers most to a blob √(2^(1/3)) times as wide as the narrower one.
        BOOST_TEST(std::abs(keypoint.sigma * std::exp2(1.0f / 6) / sigma - 1) < 0.1f);
    }
}

BOOST_DATA_TEST_CASE(keypoints_turn_with_the_picture, instruction_sets(), isa) {
    const On on(isa);
    const Tensor x = noise(80, 96, 5);
    const Features upright = sift(x), lying = sift(turned(x));
    Index found = 0;
    for (std::size_t n = 0; n < upright.keypoints.size(); ++n)
        for (std::size_t m = 0; m < lying.keypoints.size(); ++m) {
            const Keypoint &a = upright.keypoints[n], &b = lying.keypoints[m];
            const float turn = std::numbers::pi_v<float> * 2;
            if (std::abs(b.row - a.column) > 0.3f || std::abs(b.column - (79 - a.row)) > 0.3f ||
                std::abs(b.sigma / a.sigma - 1) > 0.1f ||
                std::abs(std::remainder(b.angle - a.angle - turn / 4, turn)) > 0.1f)
                continue;
            float product = 0;
            for (Index k = 0; k < 128; ++k)
                product += upright.descriptors(static_cast<Index>(n), k) * lying.descriptors(static_cast<Index>(m), k);
            found += product > 0.95f;
        }
    BOOST_TEST(upright.keypoints.size() > 20);
    // Octaves begin with even rows, which a turned picture has elsewhere: not every keypoint survives.
    BOOST_TEST(found * 10 >= std::ssize(upright.keypoints) * 7);
}

BOOST_DATA_TEST_CASE(keypoints_are_within_the_picture_and_descriptors_of_length_1, instruction_sets(), isa) {
    const On on(isa);
    const Features features = sift(noise(61, 83, 6));
    BOOST_TEST((features.descriptors.shape() == Shape{std::ssize(features.keypoints), 128}));
    for (std::size_t n = 0; n < features.keypoints.size(); ++n) {
        const Keypoint& k = features.keypoints[n];
        BOOST_TEST((k.row > 0 && k.row < 60 && k.column > 0 && k.column < 82 && k.angle >= 0 && k.angle < 6.2832f));
        float squares = 0;
        for (Index i = 0; i < 128; ++i) squares += std::pow(features.descriptors(static_cast<Index>(n), i), 2.0f);
        BOOST_TEST(squares == 1, boost::test_tools::tolerance(1e-4f));
    }
}

BOOST_DATA_TEST_CASE(are_the_same_for_any_threads, instruction_sets(), isa) {
    const On on(isa);
    const Tensor x = noise(90, 110, 7);
    check_same_for_any_threads("blur", [&] { return gaussian_blur(x, 1.6f); });
    check_same_for_any_threads("descriptors", [&] { return sift(x).descriptors; });
}

BOOST_DATA_TEST_CASE(pictures_without_keypoints, sizes* instruction_sets(), size, isa) {
    const On on(isa);
    BOOST_TEST(sift(Tensor::full(size.shape(), 0.5f)).keypoints.empty());
    BOOST_TEST(sift(Tensor(size.shape())).descriptors.shape()[1] == 128);
}

BOOST_AUTO_TEST_CASE(nonsense_is_refused) {
    BOOST_CHECK_THROW(gaussian_blur(Tensor({2, 3, 4}), 1), ShapeError);
    BOOST_CHECK_THROW(gaussian_blur(Tensor({2, 3}), 0), ShapeError);
    BOOST_CHECK_THROW(sift(Tensor({1, 1, 8, 8})), ShapeError);
    BOOST_TEST(sift(Tensor({0, 5})).keypoints.empty());
    BOOST_TEST(gaussian_blur(Tensor({0, 5}), 1).empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
