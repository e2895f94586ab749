// Kinds of mistakes that are known whatever the function is.
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cmath>
#include <thread>

#include "grader/compare.hpp"
#include "grader/families.hpp"
#include "tensor/random.hpp"

using namespace cnn;
using namespace cnn::grader;

BOOST_AUTO_TEST_SUITE(families_of_mistakes)

// y[m] = scale · Σ x[n, m] + b[m] over the images.
Tensor weighted(const Tensor& x, const Tensor& b, double scale) {
    Tensor y({x.size(1)});
    for (Index m = 0; m < x.size(1); ++m) {
        for (Index n = 0; n < x.size(0); ++n) y[m] += static_cast<float>(scale) * x(n, m);
        y[m] += b[m];
    }
    return y;
}
Tensor doubled_grid(const Tensor& x, Index) { return x; }

template <class F, class Wrong>
std::string family(const F& f, const std::string& declaration, const std::vector<List>& questions, const Wrong& wrong) {
    const Function table = function(f, declaration);
    std::vector<Value> answers;
    for (const List& question : questions) answers.push_back(wrong(question));
    std::vector<Asked> asked;
    for (std::size_t i = 0; i < questions.size(); ++i) {
        const Value expected = table.invoke(questions[i]).result;
        const Value allowed = allowance(expected, {.relative = 1e-6});
        asked.push_back(
            {&questions[i], &answers[i], expected, allowed, difference("y", answers[i], expected, allowed).empty()});
    }
    return family_of(table, asked);
}

const std::vector<List> sums{{random({3, 4}, 1), random({4}, 2), 0.5}, {random({2, 5}, 3), random({5}, 4), 3.0}};
template <class Wrong>
std::string family_of_sums(const Wrong& wrong) {
    return family(weighted, "weighted(x, b, scale) -> y", sums, [&](const List& question) -> Value {
        return wrong(std::get<Tensor>(question[0]), std::get<Tensor>(question[1]), std::get<double>(question[2]));
    });
}
template <class F>
std::string family_of_values(const F& f) {
    return family_of_sums([&](const Tensor& x, const Tensor& b, double scale) {
        Tensor y = weighted(x, b, scale);
        for (float& value : y.values()) value = f(value);
        return y;
    });
}

BOOST_AUTO_TEST_CASE(name_a_parameter_that_is_not_used) {
    BOOST_TEST(family_of_sums([](const Tensor& x, const Tensor& b, double) { return weighted(x, b, 1); }) ==
               "your answers are those for scale = 1, whatever scale is. Is it used?");
    BOOST_TEST(family_of_sums([](const Tensor& x, const Tensor& b, double scale) {
                   return weighted(x, Tensor(b.shape()), scale);
               }) == "your answers are those for b = all zeros, whatever b is. Is it used?");
}

BOOST_AUTO_TEST_CASE(name_the_one_image_that_counts) {
    const auto only = [](const Tensor& x, Index n) {
        Tensor part({1, x.size(1)});
        for (Index m = 0; m < x.size(1); ++m) part(0, m) = x(n, m);
        return part;
    };
    BOOST_TEST(family_of_sums([&](const Tensor& x, const Tensor& b, double scale) {
                   return weighted(only(x, x.size(0) - 1), b, scale);
               }) == "only the last image counts: is there an = where += belongs?");
    BOOST_TEST(family_of_sums([&](const Tensor& x, const Tensor& b, double scale) {
                   return weighted(only(x, 0), b, scale);
               }).starts_with("only the first image counts"));
}

BOOST_AUTO_TEST_CASE(name_sign_factor_and_offset) {
    BOOST_TEST(family_of_values([](float y) { return -y; }) == "every value of y has the wrong sign.");
    BOOST_TEST(family_of_values([](float y) { return 0.25f * y; }) ==
               "every value of y is 0.25 times what is expected.");
    BOOST_TEST(family_of_sums([](const Tensor& x, const Tensor& b, double scale) {
                   Tensor y = weighted(x, b, scale);
                   for (float& value : y.values()) value /= static_cast<float>(x.size(0));
                   return y;
               }) == "every value of y is what is expected divided by x.size(0).");
    BOOST_TEST(family_of_values([](float y) { return y - 2; }) == "y is too small by 2 everywhere.");
    BOOST_TEST(family_of_values([](float) { return 0.0f; }) == "y is 0 everywhere.");
    BOOST_TEST(family_of_values([](float y) { return std::abs(y); }) == "y is the absolute value of what is expected.");
    BOOST_TEST(family_of_values([](float y) { return std::trunc(y); }) ==
               "y is cut off to a whole number (are two whole numbers divided?).");
}

BOOST_AUTO_TEST_CASE(name_what_stands_in_another_place) {
    const auto told = [](const auto& from) {
        return family(doubled_grid, "doubled_grid(x, n) -> y",
                      {{random({2, 4, 4}, 1), std::int64_t{1}}, {random({1, 5, 5}, 2), std::int64_t{1}}},
                      [&](const List& question) -> Value {
                          const auto& x = std::get<Tensor>(question[0]);
                          Tensor y(x.shape());
                          const Index side = x.size(1);
                          for (Index p = 0; p < x.size(0); ++p)
                              for (Index i = 0; i < side; ++i)
                                  for (Index j = 0; j < side; ++j) {
                                      const auto [r, c] = from(i, j, side);
                                      y(p, i, j) = r < 0 || c < 0 || r >= side || c >= side ? 0 : x(p, r, c);
                                  }
                          return y;
                      });
    };
    BOOST_TEST(told([](Index i, Index j, Index) { return std::pair(j, i); }) ==
               "y has the right values in other places: rows and columns are exchanged.");
    BOOST_TEST(told([](Index i, Index j, Index n) { return std::pair(n - 1 - i, n - 1 - j); }) ==
               "y has the right values in other places: it is rotated by 180°.");
    BOOST_TEST(told([](Index i, Index j, Index) { return std::pair(i + 1, j); }) ==
               "y is shifted: at (i, j) stands what belongs at (i + 1, j).");
}

BOOST_AUTO_TEST_CASE(name_when_and_where_it_is_wrong) {
    std::vector<List> questions;
    for (const Index height : {3, 4})
        for (const Index width : {3, 4, 5, 6})
            questions.push_back(
                {random({1, 2, height, width}, static_cast<std::uint32_t>(height + width)), std::int64_t{width}});
    const auto told = [&](const auto& is_wrong) {
        return family(doubled_grid, "doubled_grid(x, n) -> y", questions, [&](const List& question) -> Value {
            Tensor y = std::get<Tensor>(question[0]);
            for (Index k = 0; k < y.size(1); ++k)
                for (Index i = 0; i < y.size(2); ++i)
                    for (Index j = 0; j < y.size(3); ++j)
                        if (is_wrong(y, k, i, j)) y(0, k, i, j) = 17 + static_cast<float>(k * i + j * j);
            return y;
        });
    };
    BOOST_TEST(told([](const Tensor& y, Index, Index, Index) { return y.size(2) != y.size(3); }) ==
               "every question in which x is square is answered right (2 of them), every other wrong (6).");
    BOOST_TEST(told([](const Tensor& y, Index, Index, Index j) { return j == y.size(3) - 1; }) ==
               "only the last column of y is wrong.");
    BOOST_TEST(told([](const Tensor&, Index k, Index, Index) { return k > 0; }) ==
               "only the last channel of y is wrong.");
    BOOST_TEST(told([](const Tensor& y, Index, Index i, Index j) {
                   return i == 0 || j == 0 || i == y.size(2) - 1 || j == y.size(3) - 1;
               }) == "only values at the border of y are wrong.");
}

// The reference asked otherwise must not end the judge.
Tensor divided(const Tensor& x, Index parts) {
    Tensor y = x;
    for (float& value : y.values()) value += static_cast<float>(100 / parts);
    if (parts == 2)
        while (true) std::this_thread::sleep_for(std::chrono::hours(1));
    return y;
}
BOOST_AUTO_TEST_CASE(survive_a_reference_that_does_not) {
    BOOST_TEST(family(divided, "divided(x, parts) -> y",
                      {{random({2, 3}, 1), std::int64_t{5}}, {random({3, 3}, 1), std::int64_t{7}}},
                      [](const List& question) -> Value {
                          Tensor y = divided(std::get<Tensor>(question[0]), std::get<std::int64_t>(question[1]));
                          for (float& value : y.values()) value = -value;
                          return y;
                      }) == "every value of y has the wrong sign.");
}

// Numbers of no kind that is known.
BOOST_AUTO_TEST_CASE(say_nothing_of_what_they_do_not_know) {
    float other = 0;
    BOOST_TEST(family_of_values([&](float y) {
                   other += 0.7f;
                   return y + other * other;
               }) == "");
}

BOOST_AUTO_TEST_SUITE_END()
