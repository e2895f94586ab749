#include "kernels/loss.hpp"

#include <boost/test/data/test_case.hpp>
#include <limits>

#include "kernels/reference.hpp"

using namespace cnn;
using namespace cnn::kernels;
using namespace cnn::kernels::reference;

namespace {

std::vector<std::int32_t> some_labels(Index count, Index classes) {
    std::vector<std::int32_t> labels(static_cast<std::size_t>(count));
    Engine engine(9);
    for (auto& label : labels) label = static_cast<std::int32_t>(uniform_index(engine, classes));
    return labels;
}

struct Sizes {
    Index rows, classes;
    friend std::ostream& operator<<(std::ostream& out, const Sizes& s) {
        return out << "logits [" << s.rows << ", " << s.classes << "]";
    }
};
const std::vector<Sizes> shapes{{1, 1}, {1, 10}, {128, 10}, {7, 3}, {64, 17}, {3, 1000}, {257, 16}};

BOOST_AUTO_TEST_SUITE(loss)

// A network that has diverged must not look as if it had learned.
BOOST_DATA_TEST_CASE(one_nan_spoils_its_row, shapes* instruction_sets(), shape, isa) {
    const On on(isa);
    const auto [rows, classes] = shape;
    for (const Index at : {Index{0}, classes / 2, classes - 1}) {
        Tensor logits = random({rows, classes}, 1);
        logits(rows - 1, at) = std::nanf("");
        const CrossEntropy got = softmax_cross_entropy(logits, some_labels(rows, classes));
        const Tensor p = softmax(logits);
        BOOST_TEST(std::isnan(got.loss));
        for (Index m = 0; m < classes; ++m) {
            BOOST_TEST_REQUIRE(std::isnan(p(rows - 1, m)));
            BOOST_TEST_REQUIRE(std::isnan(got.dlogits(rows - 1, m)));
            if (rows > 1) BOOST_TEST_REQUIRE(!std::isnan(p(0, m)));
        }
    }
}

BOOST_DATA_TEST_CASE(agrees_with_the_formula, shapes* instruction_sets(), shape, isa) {
    const On on(isa);
    const auto [rows, classes] = shape;
    Tensor logits = random({rows, classes}, 1);
    logits *= 10;
    const auto labels = some_labels(rows, classes);
    const CrossEntropy got = softmax_cross_entropy(logits, labels);
    const Tensor p = softmax(logits);
    double loss = 0;
    for (Index n = 0; n < rows; ++n) {
        const std::int32_t label = labels[static_cast<std::size_t>(n)];
        double sum = 0;
        for (Index m = 0; m < classes; ++m) sum += std::exp(double{logits(n, m)});
        loss += std::log(sum) - double{logits(n, label)};
        for (Index m = 0; m < classes; ++m) {
            const double expected = std::exp(double{logits(n, m)}) / sum, hot = m == label;
            BOOST_TEST_REQUIRE(std::abs(double{p(n, m)} - expected) <= 4e-6 * expected + 1e-12);
            BOOST_TEST_REQUIRE(std::abs(double{got.dlogits(n, m)} * static_cast<double>(rows) - (expected - hot)) <=
                               1e-6);
        }
    }
    BOOST_TEST(got.loss == loss / static_cast<double>(rows), boost::test_tools::tolerance(1e-6));
}

// e^x down to where it is no longer a normal number, and 0 below: the largest logit is 0, and p[m] / p[0] = e^logit[m].
BOOST_DATA_TEST_CASE(is_the_exponential_over_its_whole_range, instruction_sets(), isa) {
    const On on(isa);
    constexpr Index count = 1 << 16;
    Tensor logits({1, count});
    for (Index m = 1; m < count; ++m) logits(0, m) = -88 * static_cast<float>(m) / count;
    logits(0, count - 2) = -104, logits(0, count - 1) = -std::numeric_limits<float>::infinity();
    const Tensor p = softmax(logits);
    double largest_error = 0;
    for (Index m = 1; m < count - 2; ++m) {
        const double expected = std::exp(double{logits(0, m)});
        if (expected * double{p(0, 0)} < double{std::numeric_limits<float>::min()}) {
            BOOST_TEST_REQUIRE(p(0, m) <= std::numeric_limits<float>::min());
            continue;
        }
        largest_error = std::max(largest_error, std::abs(double{p(0, m)} / double{p(0, 0)} / expected - 1));
    }
    BOOST_TEST(largest_error <= 4 * double{std::numeric_limits<float>::epsilon()});
    BOOST_TEST(largest_error > 0);
    BOOST_TEST(p(0, count - 2) == 0);
    BOOST_TEST(p(0, count - 1) == 0);
}

BOOST_AUTO_TEST_CASE(by_hand) {
    const Tensor logits({2, 2}, {0, std::log(3.0f), 5, 5});
    const std::vector<std::int32_t> labels{1, 1};
    const CrossEntropy got = softmax_cross_entropy(logits, labels);
    BOOST_TEST(got.loss == (std::log(4.0 / 3) + std::log(2.0)) / 2, boost::test_tools::tolerance(1e-6));
    BOOST_TEST(got.dlogits(0, 0) == 0.125f, boost::test_tools::tolerance(1e-6f));
    BOOST_TEST(got.dlogits(1, 1) == -0.25f, boost::test_tools::tolerance(1e-6f));
    BOOST_TEST(got.correct == 1);  // of two equal logits the first counts as the answer
}

BOOST_AUTO_TEST_CASE(does_not_overflow) {
    const Tensor logits({1, 3}, {-1000, 1000, 0});
    BOOST_TEST((softmax(logits) == Tensor({1, 3}, {0, 1, 0})));
    const std::vector<std::int32_t> right{1}, wrong{0};
    BOOST_TEST(softmax_cross_entropy(logits, right).loss == 0);
    BOOST_TEST(softmax_cross_entropy(logits, wrong).loss == 2000);
}

BOOST_DATA_TEST_CASE(is_the_same_for_any_threads, shapes* instruction_sets(), shape, isa) {
    const On on(isa);
    const auto [rows, classes] = shape;
    const Tensor logits = random({rows, classes}, 1);
    const auto labels = some_labels(rows, classes);
    check_same_for_any_threads("softmax", [&] { return softmax(logits); });
    check_same_for_any_threads("loss", [&] { return softmax_cross_entropy(logits, labels).loss; });
    check_same_for_any_threads("dlogits", [&] { return softmax_cross_entropy(logits, labels).dlogits; });
}

BOOST_AUTO_TEST_CASE(refuses_what_does_not_fit) {
    const std::vector<std::int32_t> labels{0, 1};
    BOOST_CHECK_THROW(softmax(Tensor({2})), ShapeError);
    BOOST_CHECK_THROW(softmax(Tensor({2, 0})), ShapeError);
    BOOST_CHECK_THROW(softmax_cross_entropy(Tensor({3, 2}), labels), ShapeError);
    BOOST_CHECK_THROW(softmax_cross_entropy(Tensor({2, 1}), labels), ShapeError);
    const std::vector<std::int32_t> negative{0, -1};
    BOOST_CHECK_THROW(softmax_cross_entropy(Tensor({2, 3}), negative), ShapeError);
    BOOST_TEST(softmax_cross_entropy(Tensor({0, 3}), {}).loss == 0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
