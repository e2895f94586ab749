#include "kernels/channel_blocks.hpp"

#include "kernels/adaptive_pooling.hpp"
#include "kernels/reference.hpp"

using namespace cnn;
using namespace cnn::kernels;
using namespace cnn::kernels::reference;

BOOST_AUTO_TEST_SUITE(channel_blocks)

BOOST_AUTO_TEST_CASE(parts_lie_one_behind_the_other) {
    const std::vector<Tensor> parts{Tensor({2, 1, 1, 2}, {1, 2, 3, 4}),
                                    Tensor({2, 2, 1, 2}, {5, 6, 7, 8, 9, 10, 11, 12})};
    const Tensor whole({2, 3, 1, 2}, {1, 2, 5, 6, 7, 8, 3, 4, 9, 10, 11, 12});
    BOOST_TEST((concatenate_channels(parts) == whole));
    const std::vector<Tensor> back = split_channels(whole, std::vector<Index>{1, 2});
    BOOST_TEST_REQUIRE(back.size() == 2u);
    BOOST_TEST((back[0] == parts[0]));
    BOOST_TEST((back[1] == parts[1]));
}

BOOST_AUTO_TEST_CASE(of_vectors_and_of_many) {
    const std::vector<Tensor> parts{random({3, 5}, 1), random({3, 1}, 2), random({3, 7}, 3)};
    const Tensor whole = concatenate_channels(parts);
    BOOST_TEST((whole.shape() == Shape{3, 13}));
    BOOST_TEST(whole(2, 5) == parts[1](2, 0));
    const std::vector<Tensor> back = split_channels(whole, std::vector<Index>{5, 1, 7});
    for (std::size_t i = 0; i < 3; ++i) BOOST_TEST((back[i] == parts[i]));
    const std::vector<Tensor> large{random({4, 60, 14, 14}, 1), random({4, 30, 14, 14}, 2)};
    check_same_for_any_threads("whole", [&] { return concatenate_channels(large); });
}

BOOST_AUTO_TEST_CASE(refuses_what_does_not_fit) {
    const std::vector<Tensor> differ{Tensor({2, 3, 4, 4}), Tensor({2, 3, 4, 5})}, flat{Tensor({3})};
    BOOST_CHECK_THROW(concatenate_channels(std::vector<Tensor>{}), ShapeError);
    BOOST_CHECK_THROW(concatenate_channels(differ), ShapeError);
    BOOST_CHECK_THROW(concatenate_channels(flat), ShapeError);
    BOOST_CHECK_THROW(split_channels(Tensor({2, 3}), std::vector<Index>{1, 1}), ShapeError);
    BOOST_CHECK_THROW(split_channels(Tensor({2}), std::vector<Index>{2}), ShapeError);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(adaptive_pooling)

BOOST_AUTO_TEST_CASE(global) {
    for (const std::string& isa : instruction_sets()) {
        const On on(isa);
        for (const Shape& shape : {Shape{1, 1, 1, 1}, Shape{2, 3, 7, 7}, Shape{3, 5, 13, 11}}) {
            const Tensor x = random(shape, 1), dy = random({shape[0], shape[1], 1, 1}, 2);
            const Index pixels = shape[2] * shape[3];
            Sums y(dy.shape()), dx(shape);
            for (Index i = 0; i < x.count(); ++i) {
                y.add(i / pixels, double{x[i]} / static_cast<double>(pixels));
                dx.add(i, double{dy[i / pixels]} / static_cast<double>(pixels));
            }
            check_close("y", adaptive_average_pool_forward(x, 1), y);
            check_close("dx", adaptive_average_pool_backward(dy, shape), dx);
        }
    }
}

// By hand: 5 pixels to 3: rows 0–1, 1–3, 3–4, as PyTorch has it.
BOOST_AUTO_TEST_CASE(windows_overlap_where_the_size_does_not_divide) {
    Tensor x({1, 1, 5, 5});
    for (Index i = 0; i < 25; ++i) x[i] = static_cast<float>(i / 5);
    const Tensor y = adaptive_average_pool_forward(x, 3);
    const Tensor expected({1, 1, 3, 3}, {0.5f, 0.5f, 0.5f, 2, 2, 2, 3.5f, 3.5f, 3.5f});
    for (Index i = 0; i < 9; ++i) BOOST_TEST(y[i] == expected[i], boost::test_tools::tolerance(1e-6f));
    // dx of ones: how often each pixel is counted, over the sizes of its windows.
    const Tensor dx = adaptive_average_pool_backward(Tensor::full({1, 1, 3, 3}, 1), x.shape());
    BOOST_TEST(dx(0, 0, 0, 0) == 0.25f, boost::test_tools::tolerance(1e-6f));
    BOOST_TEST(dx(0, 0, 1, 0) == 0.25f + 1.0f / 6, boost::test_tools::tolerance(1e-6f));
    BOOST_TEST(dx(0, 0, 2, 2) == 1.0f / 9, boost::test_tools::tolerance(1e-6f));
}

BOOST_AUTO_TEST_CASE(the_same_size_is_the_identity) {
    const Tensor x = random({2, 3, 6, 6}, 1);
    BOOST_TEST((adaptive_average_pool_forward(x, 6) == x));
    BOOST_TEST((adaptive_average_pool_backward(x, x.shape()) == x));
}

BOOST_AUTO_TEST_CASE(refuses_what_does_not_fit) {
    BOOST_CHECK_THROW(adaptive_average_pool_forward(Tensor({2, 3}), 1), ShapeError);
    BOOST_CHECK_THROW(adaptive_average_pool_forward(Tensor({2, 3, 4, 4}), 0), ShapeError);
    BOOST_CHECK_THROW(adaptive_average_pool_forward(Tensor({2, 3, 0, 4}), 1), ShapeError);
    BOOST_CHECK_THROW(adaptive_average_pool_backward(Tensor({2, 3, 1, 1}), {2, 4, 3, 3}), ShapeError);
}

BOOST_AUTO_TEST_SUITE_END()
