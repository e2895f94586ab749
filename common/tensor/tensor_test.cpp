#include "tensor/tensor.hpp"

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <set>
#include <utility>

#include "tensor/parallel.hpp"
#include "tensor/random.hpp"

using namespace cnn;

BOOST_AUTO_TEST_SUITE(shape)

BOOST_AUTO_TEST_CASE(counts_and_prints) {
    BOOST_TEST(Shape({2, 3, 7, 5}).count() == 210);
    BOOST_TEST(Shape{}.count() == 1);
    BOOST_TEST(Shape({4, 0}).count() == 0);
    BOOST_TEST(to_string(Shape{2, 3}) == "[2, 3]");
}

BOOST_AUTO_TEST_CASE(refuses_what_is_no_shape) {
    BOOST_CHECK_THROW(Shape({-1, 2}), ShapeError);
    BOOST_CHECK_THROW(Shape({1, 1, 1, 1, 1, 1}), ShapeError);
    BOOST_CHECK_THROW(Shape({Index{1} << 40, Index{1} << 40}), ShapeError);
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(tensor)

BOOST_AUTO_TEST_CASE(is_row_major) {
    const Tensor x({2, 3}, {0, 1, 2, 10, 11, 12});
    BOOST_TEST(x(1, 2) == 12);
    BOOST_TEST(x[3] == 10);
    BOOST_TEST(Tensor({2, 2}).values()[3] == 0);
    BOOST_CHECK_THROW(Tensor({2, 2}, {1, 2, 3}), ShapeError);
}

BOOST_AUTO_TEST_CASE(copies_are_deep_and_moves_are_free) {
    Tensor a = Tensor::full({4}, 1);
    Tensor b = a;
    b(0) = 2;
    BOOST_TEST(a(0) == 1);
    const float* data = b.data();
    const Tensor c = std::move(b);
    BOOST_TEST(c.data() == data);
    BOOST_TEST(b.empty());
    a = c;
    BOOST_TEST(a(0) == 2);
    BOOST_TEST((a == c));
}

BOOST_AUTO_TEST_CASE(views_look_into_images_and_planes) {
    Tensor x({2, 3, 4, 5});
    x(1, 2, 3, 4) = 7;
    BOOST_TEST(x.image(1)(2, 3, 4) == 7);
    BOOST_TEST(x.plane(1, 2)(3, 4) == 7);
    x.plane(0, 1)(0, 0) = 5;
    BOOST_TEST(x(0, 1, 0, 0) == 5);
    const ConstView all = x.view();
    BOOST_TEST(all(1, 2, 3, 4) == 7);
    BOOST_CHECK_THROW(x.image(2), ShapeError);
    BOOST_CHECK_THROW(x.plane(0, -1), ShapeError);
    BOOST_CHECK_THROW(Tensor({2, 3}).image(0), ShapeError);
}

BOOST_AUTO_TEST_CASE(reshaping_keeps_the_numbers) {
    Tensor x({2, 3}, {1, 2, 3, 4, 5, 6});
    const float* data = x.data();
    const Tensor y = std::move(x).reshaped({3, 2});
    BOOST_TEST(y.data() == data);
    BOOST_TEST(y(2, 1) == 6);
    BOOST_CHECK_THROW(y.reshaped({7}), ShapeError);
}

BOOST_AUTO_TEST_CASE(arithmetic) {
    Tensor x({2}, {1, 2});
    x += Tensor({2}, {10, 20});
    x *= 2;
    x -= Tensor({2}, {1, 1});
    BOOST_TEST(x(0) == 21);
    BOOST_TEST(x(1) == 43);
    BOOST_CHECK_THROW(x += Tensor({3}), ShapeError);
}

BOOST_AUTO_TEST_CASE(buffers_are_aligned_and_reused) {
    const float* data = nullptr;
    {
        const Tensor x({1000, 7});
        data = x.data();
        BOOST_TEST(reinterpret_cast<std::uintptr_t>(data) % 64 == 0u);
    }
    const auto before = buffer_statistics();
    const Tensor y({7, 1000});
    BOOST_TEST(y.data() == data);
    BOOST_TEST(buffer_statistics().allocations == before.allocations);
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(parallel_loops)

BOOST_AUTO_TEST_CASE(call_with_each_number_once) {
    std::vector<std::atomic<int>> calls(1000);
    parallel_for(10, 1000, [&](Index i) { ++calls[static_cast<std::size_t>(i)]; });
    for (std::size_t i = 0; i < calls.size(); ++i) BOOST_TEST(calls[i] == (i >= 10 ? 1 : 0));
    parallel_for(5, 5, [](Index) { BOOST_ERROR("called for an empty range"); });
    parallel_for(5, 2, [](Index) { BOOST_ERROR("called for an empty range"); });
}

BOOST_AUTO_TEST_CASE(hand_on_what_a_call_throws) {
    BOOST_CHECK_THROW(parallel_for(0, 100, [](Index i) { require(i != 50, "{} is refused", i); }), ShapeError);
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(random_numbers)

BOOST_AUTO_TEST_CASE(depend_on_the_seed_alone) {
    BOOST_TEST((random({3, 4}, 1) == random({3, 4}, 1)));
    BOOST_TEST(!(random({3, 4}, 1) == random({3, 4}, 2)));
}

BOOST_AUTO_TEST_CASE(have_their_moments) {
    Engine engine(3);
    double sum = 0, squares = 0;
    const Tensor x = normal({20000}, engine, 1, 2);
    for (const float value : x.values()) sum += value, squares += value * value;
    BOOST_TEST(sum / 20000 == 1, boost::test_tools::tolerance(0.05));
    BOOST_TEST(squares / 20000 - 1 == 4, boost::test_tools::tolerance(0.05));
    const Tensor numbers = uniform({10000}, engine);
    for (const float value : numbers.values()) BOOST_TEST_REQUIRE((value >= -1 && value < 1));
}

BOOST_AUTO_TEST_CASE(permute) {
    Engine engine(5);
    const auto order = permutation(engine, 100);
    BOOST_TEST(std::set<Index>(order.begin(), order.end()).size() == 100u);
    BOOST_TEST((order != permutation(engine, 100)));
}

BOOST_AUTO_TEST_SUITE_END()
