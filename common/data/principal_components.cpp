#include "data/principal_components.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

namespace cnn::data {
namespace {

// A square matrix in double precision.
struct Matrix {
    std::size_t side;
    std::vector<double> numbers;
    double& operator()(std::size_t i, std::size_t j) { return numbers[i * side + j]; }
};

// Turns rows and columns p and q so that a(p, q) becomes zero, and the axes with them.
void rotate(Matrix& a, Matrix& axes, std::size_t p, std::size_t q) {
    if (a(p, q) == 0) return;
    const double theta = (a(q, q) - a(p, p)) / (2 * a(p, q));
    const double t = std::copysign(1 / (std::abs(theta) + std::hypot(theta, 1)), theta);
    const double cosine = 1 / std::hypot(t, 1), sine = t * cosine;
    const auto turn = [&](double& x, double& y) {
        const double old = x;
        x = cosine * old - sine * y;
        y = sine * old + cosine * y;
    };
    for (std::size_t i = 0; i < a.side; ++i) turn(a(i, p), a(i, q));
    for (std::size_t i = 0; i < a.side; ++i) turn(a(p, i), a(q, i));
    for (std::size_t i = 0; i < a.side; ++i) turn(axes(i, p), axes(i, q));
}

}  // namespace

PrincipalComponents principal_components(const Tensor& covariance) {
    require(covariance.rank() == 2 && covariance.size(0) == covariance.size(1),
            "principal_components: expected a square matrix, got {}", covariance.shape());
    const auto side = static_cast<std::size_t>(covariance.size(0));
    Matrix a{side, {covariance.values().begin(), covariance.values().end()}},
        axes{side, std::vector<double>(side * side)};
    double largest = 0;
    for (const double v : a.numbers) largest = std::max(largest, std::abs(v));
    for (std::size_t i = 0; i < side; ++i) {
        axes(i, i) = 1;
        for (std::size_t j = 0; j < i; ++j)
            require(std::abs(a(i, j) - a(j, i)) <= 1e-5 * largest, "principal_components: {} and {} stand opposite",
                    a(i, j), a(j, i));
    }
    constexpr int sweeps = 12;  // it converges quadratically
    for (int sweep = 0; sweep < sweeps; ++sweep)
        for (std::size_t p = 0; p < side; ++p)
            for (std::size_t q = p + 1; q < side; ++q) rotate(a, axes, p, q);

    std::vector<std::size_t> order(side);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, [&](std::size_t i, std::size_t j) { return a(i, i) > a(j, j); });
    PrincipalComponents result{Tensor({covariance.size(0)}), Tensor(covariance.shape())};
    for (std::size_t j = 0; j < side; ++j) {
        const std::size_t from = order[j];
        double leading = 0;
        for (std::size_t i = 0; i < side; ++i)
            if (std::abs(axes(i, from)) > std::abs(leading)) leading = axes(i, from);
        result.values(static_cast<Index>(j)) = static_cast<float>(a(from, from));
        for (std::size_t i = 0; i < side; ++i)
            result.vectors(static_cast<Index>(i), static_cast<Index>(j)) =
                static_cast<float>(std::copysign(1.0, leading) * axes(i, from));
    }
    return result;
}

}  // namespace cnn::data
