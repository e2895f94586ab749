// Tests of 3.8: SURF.
#include "testing.hpp"

using namespace cnn;
using namespace cnn::lab03;
using namespace cnn::grader;

BOOST_AUTO_TEST_SUITE(task_3_8)

// The picture of the handout.
const Tensor digits({3, 3}, {1, 2, 3, 4, 5, 6, 7, 8, 9});

// Sums of quarters, so that they are exact.
Integral integral_of_quarters(Index height, Index width, std::uint32_t seed) {
    Engine engine(seed);
    Tensor x({height, width});
    for (float& level : x.values()) level = static_cast<float>(uniform_index(engine, 5)) / 4;
    return integral_image(x);
}
void check_box(const Integral& image, const Box& box) {
    check_same(student(box_sum, image, box), box_sum(image, box), sum_rounding);
}
void check_hessian(const Integral& image, Index size, Index step) {
    check_same(student(box_hessian, image, size, step), box_hessian(image, size, step),
               {.relative = 1e-4, .absolute = 1e-6});
}
void check_haar(const Integral& image, float row, float column, Index half) {
    check_same(student(haar, image, row, column, half), haar(image, row, column, half), sum_rounding);
}
// With the angles that make.py finds. It sums the pixels themselves and keeps clear of ties, so that rounding alone
// makes a difference. An integral image rounded to float throughout would be 3.2e-4 off in its wavelets here, which
// makes 1.7e-5 in the angles and 6.7e-5 in the descriptors: the bounds are about three times that or more.
std::vector<Keypoint> golden_keypoints() {
    const Tensor list = golden("surf_keypoints");
    std::vector<Keypoint> keypoints;
    for (Index n = 0; n < list.size(0); ++n) keypoints.push_back({list(n, 0), list(n, 1), list(n, 2), list(n, 3)});
    return keypoints;
}

BOOST_AUTO_TEST_CASE(the_sums_of_the_handout) {
    check_same(student(integral_image, digits),
               {.height = 4, .width = 4, .sums = {0, 0, 0, 0, 0, 1, 3, 6, 0, 5, 12, 21, 0, 12, 27, 45}}, sum_rounding);
}
BOOST_AUTO_TEST_CASE(integral_images_of_all_sizes) {
    for (const Shape& shape : {Shape{1, 1}, Shape{1, 5}, Shape{4, 1}, Shape{7, 3}}) {
        const Tensor x = random_levels(shape, 5);
        check_same(student(integral_image, x), integral_image(x), sum_rounding);
    }
}
BOOST_AUTO_TEST_CASE(sums_that_a_float_cannot_hold) {
    // Added up in float, 4,000 levels of 0.7 end 0.1 off, seven times what is allowed.
    const Tensor x = Tensor::full({4000, 1}, 0.7f);
    check_same(student(integral_image, x), integral_image(x), {.relative = 5e-6, .absolute = 1e-3});
}
BOOST_AUTO_TEST_CASE(an_integral_image_as_numpy_makes_it) {
    const Tensor x = part_of(patch(), 20, 30), sums = golden("integral");
    Integral expected{21, 31, {}};
    for (Index i = 0; i < 21; ++i)
        for (Index j = 0; j < 31; ++j) expected.sums.push_back(static_cast<double>(sums(i, j)));
    check_same(student(integral_image, x), expected, sum_rounding);
}
BOOST_AUTO_TEST_CASE(boxes_inside) {
    check_same(student(box_sum, integral_image(digits), Box{.row = 1, .column = 1, .height = 2, .width = 2}), 28,
               sum_rounding);
    const Integral image = integral_of_quarters(9, 12, 6);
    for (const Box& box : {Box{0, 0, 9, 12}, Box{2, 3, 4, 6}, Box{8, 11, 1, 1}, Box{3, 0, 2, 5}}) check_box(image, box);
}
BOOST_AUTO_TEST_CASE(boxes_partly_or_wholly_outside) {
    const Integral image = integral_of_quarters(9, 12, 7);
    for (const Box& box :
         {Box{-2, -3, 5, 6}, Box{7, 10, 5, 5}, Box{-4, 2, 3, 3}, Box{2, 12, 3, 3}, Box{-1, -1, 20, 20}})
        check_box(image, box);
}
BOOST_AUTO_TEST_CASE(the_hessian_of_a_blob_and_of_edges) {
    // Each of D_yy, D_xx and D_xy alone, and all of them.
    check_hessian(integral_image(picture(15, 15, [](float i, float) { return std::abs(i - 7) < 2 ? 1 : 0; })), 9, 1);
    check_hessian(integral_image(picture(15, 15, [](float, float j) { return std::abs(j - 7) < 2 ? 1 : 0; })), 9, 1);
    check_hessian(integral_image(picture(15, 15, [](float i, float j) { return (i - 7) * (j - 7) > 0 ? 1 : 0; })), 9,
                  1);
    check_hessian(
        integral_image(picture(15, 15, [](float i, float j) { return std::hypot(i - 7, j - 7) < 3 ? 1 : 0; })), 9, 1);
}
BOOST_AUTO_TEST_CASE(hessians_of_all_sizes) {
    const Integral image = integral_of_quarters(23, 30, 8);
    for (const Index size : {3, 15, 21}) check_hessian(image, size, 1);
    check_hessian(image, 9, 2);
    check_hessian(image, 15, 4);
}
BOOST_AUTO_TEST_CASE(hessians_as_scipy_makes_them) {
    const Integral image = integral_image(patch());
    check_same(student(box_hessian, image, 9, 1), golden("hessian9"), {.relative = 1e-3, .absolute = 1e-6});
    check_same(student(box_hessian, image, 27, 2), golden("hessian27"), {.relative = 1e-3, .absolute = 1e-6});
}
BOOST_AUTO_TEST_CASE(filters_that_make_no_sense_are_refused) {
    const Integral image = integral_of_quarters(5, 5, 9);
    for (const Index size : {10, 11, 8, 12, 6, 1, 0, -3, -9}) check_rejects(box_hessian, image, size, 1);
    for (const Index step : {0, -1}) check_rejects(box_hessian, image, 9, step);
}
BOOST_AUTO_TEST_CASE(wavelets_on_slopes) {
    const Integral across = integral_image(picture(12, 12, [](float, float j) { return j / 16; }));
    const Integral down = integral_image(picture(12, 12, [](float i, float) { return i * i / 128; }));
    for (const float place : {5.1f, 5.4f, 5.6f, 6.2f}) {
        check_haar(across, 5.2f, place, 2);
        check_haar(down, place, 6.3f, 1);
        check_haar(down, place, 5.8f, 3);
    }
    check_haar(across, 0.2f, 11.4f, 2);  // partly outside
}
BOOST_AUTO_TEST_CASE(wavelets_as_numpy_makes_them) {
    const Integral image = integral_image(patch());
    const Tensor places = golden("surf_places"), expected = golden("surf_wavelets");
    for (Index n = 0; n < places.size(0); ++n)
        check_same(student(haar, image, places(n, 0), places(n, 1), std::lround(places(n, 2))),
                   {expected(n, 0), expected(n, 1)}, sum_rounding);
}
BOOST_AUTO_TEST_CASE(angles_of_slopes) {
    for (const float angle : {0.3f, 1.4f, 2.9f, 4.0f, 5.5f}) {
        const Integral image = integral_image(picture(60, 60, [&](float i, float j) {
            return 0.5f + 0.01f * ((j - 30) * std::cos(angle) + (i - 30) * std::sin(angle)) +
                   0.02f * std::sin(0.3f * i + 0.5f * j);
        }));
        const Keypoint keypoint{.row = 30.2f, .column = 29.6f, .sigma = 1.5f, .angle = 0};
        check_same(student(surf_angle, image, keypoint), surf_angle(image, keypoint), angle_rounding);
    }
}
BOOST_AUTO_TEST_CASE(angles_in_a_photo) {
    const Integral image = integral_image(patch());
    for (const float place : {20.3f, 30.1f, 40.7f}) {
        const Keypoint keypoint{.row = place, .column = place + 8.8f, .sigma = 1.63f, .angle = 0};
        check_same(student(surf_angle, image, keypoint), surf_angle(image, keypoint), angle_rounding);
    }
}
BOOST_AUTO_TEST_CASE(angles_as_numpy_makes_them) {
    const Integral image = integral_image(patch());
    for (const auto& [row, column, sigma, angle] : golden_keypoints())
        check_same(student(surf_angle, image, Keypoint{row, column, sigma, 0}), angle, angle_rounding);
}
BOOST_AUTO_TEST_CASE(descriptors_in_a_photo) {
    const Integral image = integral_image(patch());
    for (const float angle : {0.0f, 0.7f, 3.3f, 5.1f}) {
        const Keypoint keypoint{.row = 31.3f, .column = 42.2f, .sigma = 1.3f, .angle = angle};
        check_same(student(surf_descriptor, image, keypoint), surf_descriptor(image, keypoint), descriptor_rounding);
    }
}
BOOST_AUTO_TEST_CASE(descriptors_as_numpy_makes_them) {
    const Integral image = integral_image(patch());
    const std::vector<Keypoint> keypoints = golden_keypoints();
    const Tensor expected = golden("surf_descriptors");
    for (Index n = 0; n < expected.size(0); ++n)
        check_same(student(surf_descriptor, image, keypoints[static_cast<std::size_t>(n)]), row_of(expected, n, {64}),
                   descriptor_rounding);
}
BOOST_AUTO_TEST_CASE(a_descriptor_of_nothing) {
    const Integral image = integral_image(Tensor({40, 40}));
    const Keypoint keypoint{.row = 20, .column = 20, .sigma = 1.2f, .angle = 1};
    check_same(student(surf_descriptor, image, keypoint), Tensor({64}), descriptor_rounding);
}

// The offset that surf adds. Determinants of the Hessian are small numbers, and those of their own Hessians smaller
// than 10⁻¹⁰: whoever takes that for 0 in task 3.4 gets no offset here, and is right when larger numbers are fitted
// well.
Fit offset_of(const Tensor& responses, const Extremum& at) {
    const Fit right = fit_parabola(responses, at), own = student(fit_parabola, responses, at);
    if (own.level != 0 || own.row != 0 || own.column != 0) return right;
    Tensor large = responses;
    const Fit of_large = student(fit_parabola, large *= 1e4f, at);
    const auto differs = [](float a, float b) { return std::abs(a - b) > 1e-3f; };
    const bool is_wrong = differs(of_large.level, right.level) || differs(of_large.row, right.row) ||
                          differs(of_large.column, right.column);
    return is_wrong ? right : own;
}
Features surf_with_own_offsets(const Tensor& gray) {
    const Integral image = integral_image(twice_as_large(gray));
    Features features;
    std::vector<float> rows;
    for (Index octave = 0; octave < surf_octaves; ++octave) {
        const Index step = Index{1} << octave;
        Tensor responses({4, (image.height - 2 + step) / step, (image.width - 2 + step) / step});
        for (Index k = 0; k < 4; ++k) {
            const Tensor level = box_hessian(image, (6 * k + 6) * step + 3, step);
            std::ranges::copy(level.values(), responses.data() + k * level.count());
        }
        for (const Extremum& at : extrema(responses, surf_threshold)) {
            if (responses(at.level, at.row, at.column) < 0) continue;
            const Fit fit = offset_of(responses, at);
            if (std::max({std::abs(fit.level), std::abs(fit.row), std::abs(fit.column)}) >= 1) continue;
            const auto pixel = static_cast<float>(step);
            const float size = 6 * pixel * (static_cast<float>(at.level) + fit.level + 1) + 3;
            Keypoint k{.row = pixel * (static_cast<float>(at.row) + fit.row),
                       .column = pixel * (static_cast<float>(at.column) + fit.column),
                       .sigma = 1.2f * size / 9,
                       .angle = 0};
            k.angle = surf_angle(image, k);
            const Tensor row = surf_descriptor(image, k);
            rows.insert(rows.end(), row.values().begin(), row.values().end());
            features.keypoints.push_back({k.row / 2 - 0.25f, k.column / 2 - 0.25f, k.sigma / 2, k.angle});
        }
    }
    features.descriptors = Tensor({std::ssize(features.keypoints), 64}, rows);
    return features;
}
bool are_near(const Features& a, const Features& b) {
    return a.descriptors.shape() == b.descriptors.shape() &&
           std::ranges::equal(a.keypoints, b.keypoints, [](const Keypoint& x, const Keypoint& y) {
               return std::abs(x.row - y.row) + std::abs(x.column - y.column) + std::abs(x.sigma - y.sigma) < 2e-2f;
           });
}
void check_surf(const Tensor& gray) {
    const Features answer = student(surf, gray), expected = surf(gray);
    check_same(answer, are_near(answer, expected) ? expected : surf_with_own_offsets(gray), keypoint_rounding);
}

BOOST_AUTO_TEST_CASE(surf_on_a_small_photo) { check_surf(part_of(patch(), 30, 34)); }
BOOST_AUTO_TEST_CASE(maxima_whose_top_is_a_pixel_or_more_away) { check_surf(random_levels({24, 26}, 0)); }

BOOST_AUTO_TEST_SUITE_END()
