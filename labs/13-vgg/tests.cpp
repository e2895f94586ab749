// 13.1 and 13.5: networks from tables.
#include "testing.hpp"

#include <cmath>
#include <fstream>
#include <sstream>

using namespace cnn;
using namespace cnn::lab13;

namespace {

// Names and whole numbers. Said, so that no reference is run on ones to derive a bound: networks take their time.
constexpr Tolerance exactly{};
constexpr Line pool{Kind::maxpool}, normalize{Kind::lrn};
const std::vector<Line> mixed{{Kind::conv, 3, 4}, normalize, pool, {Kind::conv, 1, 6}, {Kind::conv, 5, 3}, pool};

// Root mean square and mean of each gradient, as golden/make.py keeps them.
void check_golden_pass(const nn::NetworkPass& pass, const std::string& name) {
    check_same(pass.y, golden(name + "_y"), through_a_network);
    check_same(pass.dx, golden(name + "_dx"), through_a_network);
    const Tensor expected = golden(name + "_gradients");
    Tensor got({std::ssize(pass.gradients), 2});
    for (Index i = 0; i < got.size(0); ++i) {
        const Tensor& gradient = pass.gradients[static_cast<std::size_t>(i)];
        double sum = 0, squares = 0;
        for (const float value : gradient.values()) sum += value, squares += static_cast<double>(value) * value;
        const auto count = static_cast<double>(gradient.count());
        got(i, 0) = static_cast<float>(std::sqrt(squares / count));
        got(i, 1) = static_cast<float>(sum / count);
    }
    check_same(got, expected, {.relative = 1e-4, .absolute = 5e-5});
}

}  // namespace

// ---- 13.1 ----

BOOST_AUTO_TEST_SUITE(task_13_1)

void check_column(Configuration which) { check_same(student(column, which), column(which)); }
BOOST_AUTO_TEST_CASE(column_a) { check_column(Configuration::A); }
BOOST_AUTO_TEST_CASE(column_a_lrn) { check_column(Configuration::A_LRN); }
BOOST_AUTO_TEST_CASE(column_b) { check_column(Configuration::B); }
BOOST_AUTO_TEST_CASE(column_c) { check_column(Configuration::C); }
BOOST_AUTO_TEST_CASE(column_d) { check_column(Configuration::D); }
BOOST_AUTO_TEST_CASE(column_e) { check_column(Configuration::E); }
BOOST_AUTO_TEST_CASE(weight_layers_as_in_the_headings) {
    const std::vector<Index> expected{11, 11, 13, 16, 16, 19};
    for (int which = 0; which < 6; ++which) {
        Index layers = 3;  // the dense ones
        for (const Line& line : student(column, static_cast<Configuration>(which))) layers += line.kind == Kind::conv;
        const Index wanted = expected[static_cast<std::size_t>(which)];
        check_that(layers == wanted, fmt::format("configuration number {}: {} layers with weights, expected {}",
                                                 which + 1, layers, wanted));
    }
}

BOOST_AUTO_TEST_CASE(parameters_of_table_2) {
    const std::vector<Index> expected{132'863'336, 132'863'336, 133'047'848, 133'638'952, 138'357'544, 143'667'240};
    for (int which = 0; which < 6; ++which)
        check_same(student(vgg_parameters, column(static_cast<Configuration>(which)), 1000),
                   expected[static_cast<std::size_t>(which)]);
}
BOOST_AUTO_TEST_CASE(the_handout_s_count) {
    // 4·(3·9 + 1) + 6·(4·1 + 1) + 4096·(6·112² + 1) + 4096·4097 + 10·4097
    check_same(student(vgg_parameters, std::vector<Line>{{Kind::conv, 3, 4}, normalize, pool, {Kind::conv, 1, 6}}, 10),
               325'107'864);
}
BOOST_AUTO_TEST_CASE(parameters_of_other_columns) {
    for (const std::vector<Line>& lines : {std::vector<Line>{}, mixed, std::vector<Line>(8, pool)})
        check_same(student(vgg_parameters, lines, 10), vgg_parameters(lines, 10));
}

void check_features(const std::vector<Line>& lines, const Shape& image) {
    check_same(student(vgg_features_table, lines, image), vgg_features_table(lines, image), exactly);
}
BOOST_AUTO_TEST_CASE(features_of_a_few_lines) { check_features(mixed, {2, 12, 8}); }
BOOST_AUTO_TEST_CASE(features_of_one_line) { check_features({{Kind::conv, 5, 4}}, {2, 6, 8}); }
BOOST_AUTO_TEST_CASE(features_of_no_lines) { check_features({}, {3, 4, 4}); }
BOOST_AUTO_TEST_CASE(features_of_e_a_sixteenth) {
    std::vector<Line> lines = column(Configuration::E);
    for (Line& line : lines) line.filters /= 16;
    check_features(lines, {3, 224, 224});
}
BOOST_AUTO_TEST_CASE(features_compute) {
    Tensor x = random({2, 2, 12, 8}, 1);
    x *= 20;  // so that the normalisation shows
    const Tensor dy = random({2, 3, 3, 2}, 2);
    check_same(student(vgg_features_pass, mixed, x, dy, 3), vgg_features_pass(mixed, x, dy, 3),
               {.relative = 1e-4, .absolute = 1e-3});
}

void check_table(Configuration which, Index classes, Index narrower) {
    check_same(student(vgg_table, which, classes, narrower), vgg_table(which, classes, narrower), exactly);
}
// In full size, 133 million numbers, the network is built by `./lab run 13 -- --net A`: a judge has no time for it.
BOOST_AUTO_TEST_CASE(table_a) { check_table(Configuration::A, 1000, 64); }
BOOST_AUTO_TEST_CASE(table_a_lrn) { check_table(Configuration::A_LRN, 10, 16); }
BOOST_AUTO_TEST_CASE(table_c) { check_table(Configuration::C, 7, 32); }
BOOST_AUTO_TEST_CASE(table_d) { check_table(Configuration::D, 1000, 32); }
BOOST_AUTO_TEST_CASE(names_of_torchvision) {
    std::ifstream file(CNN_LAB_DIR "/golden/torchvision.txt");
    for (const Configuration which : {Configuration::A, Configuration::B, Configuration::D, Configuration::E}) {
        std::string line, network, count;
        std::getline(file, line);
        std::istringstream words(line);
        words >> network >> count;
        std::vector<std::string> names;
        for (std::string name; words >> name;) names.push_back(name);
        const Table table = student(vgg_table, which, 1000, 64);
        check_same(table.weights, names, exactly);
    }
}

BOOST_AUTO_TEST_CASE(a_narrow_network_computes) {
    // Gradients are sums over up to 32 · 32 places.
    const Tensor x = random({2, 3, 32, 32}, 12), dy = random({2, 5}, 13);
    check_same(student(vgg_pass, Configuration::B, 16, x, dy, 11), vgg_pass(Configuration::B, 16, x, dy, 11),
               {.relative = 1e-4, .absolute = 5e-4});
}
BOOST_AUTO_TEST_CASE(a_lrn_agrees_with_pytorch) {
    const Tensor x = random({2, 3, 32, 32}, 22), dy = random({2, 5}, 23);
    check_golden_pass(student(vgg_pass, Configuration::A_LRN, 16, x, dy, 21), "vgg_a_lrn");
}
BOOST_AUTO_TEST_CASE(c_agrees_with_pytorch) {
    const Tensor x = random({2, 3, 32, 32}, 32), dy = random({2, 5}, 33);
    check_golden_pass(student(vgg_pass, Configuration::C, 16, x, dy, 31), "vgg_c");
}
BOOST_AUTO_TEST_CASE(d_agrees_with_pytorch) {
    const Tensor x = random({1, 3, 48, 64}, 42), dy = random({1, 5}, 43);
    check_golden_pass(student(vgg_pass, Configuration::D, 16, x, dy, 41), "vgg_d");
}

BOOST_AUTO_TEST_SUITE_END()

// ---- 13.5 ----

BOOST_AUTO_TEST_SUITE(task_13_5)

void check_small(const Shape& image, Index classes) {
    check_same(student(small_vgg_table, image, classes), small_vgg_table(image, classes), exactly);
}
BOOST_AUTO_TEST_CASE(for_gray_28) { check_small({1, 28, 28}, 10); }
BOOST_AUTO_TEST_CASE(for_colour_32) { check_small({3, 32, 32}, 10); }
BOOST_AUTO_TEST_CASE(for_others) {
    check_small({2, 40, 17}, 3);
    check_small({3, 8, 9}, 2);
}
BOOST_AUTO_TEST_CASE(parameters_of_the_handout) {
    const Table gray = student(small_vgg_table, Shape{1, 28, 28}, 10),
                colour = student(small_vgg_table, Shape{3, 32, 32}, 10);
    check_same(gray.parameters, 287'866, exactly);
    check_same(colour.parameters, 402'842, exactly);
}
BOOST_AUTO_TEST_CASE(small_one_computes) {
    const Tensor x = random({2, 1, 28, 28}, 51), dy = random({2, 10}, 52);
    check_same(student(small_vgg_pass, x, dy, 53), small_vgg_pass(x, dy, 53), through_a_network);
}
BOOST_AUTO_TEST_CASE(no_feature_is_left_of_tiny_images) {
    check_rejects(small_vgg_table, Shape{1, 7, 28}, 10);
    check_rejects(small_vgg_table, Shape{1, 28, 7}, 10);
}

BOOST_AUTO_TEST_SUITE_END()
