// The grader's parts by themselves: values, comparison, skeletons, arguments.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>

#include "grader/borrowed.hpp"
#include "grader/compare.hpp"
#include "grader/json_value.hpp"
#include "grader/numbers.hpp"
#include "grader/skeleton.hpp"
#include "tensor/file.hpp"
#include "tensor/npy.hpp"
#include "tensor/random.hpp"
#include "tensor/window.hpp"

using namespace cnn;
using namespace cnn::grader;

BOOST_AUTO_TEST_SUITE(borrowing)

int doubled(int x) { return 2 * x; }

BOOST_AUTO_TEST_CASE(an_operator_refuses_only_on_the_way_of_its_function) {
    int (*entry)(int) = doubled;
    refuse_in<"unpool", "doubled">(entry);
    refuse_in<"project", "doubled">(entry);
    for (const std::string_view lent : {"", "forward", "unpool_all"}) {
        asked_function = lent;
        BOOST_TEST(entry(3) == 6);
    }
    for (const std::string_view refused : {"unpool", "project"}) {
        asked_function = refused;
        BOOST_CHECK_EXCEPTION(entry(3), Borrowed, [](const Borrowed& b) { return b.name == "doubled"; });
    }
    asked_function = "";
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(values)

BOOST_AUTO_TEST_CASE(survive_the_wire) {
    const Value value =
        Record{{"t", random({2, 3}, 1)}, {"l", List{true, std::int64_t{-5}, 0.5, std::string("x")}}, {"n", Nothing{}}};
    BOOST_TEST(identical(decode(encode(value)), value));
    BOOST_TEST(!identical(value, Record{}));
}

BOOST_AUTO_TEST_CASE(cut_or_flipped_bytes_are_errors_or_values) {
    const std::string bytes = encode(Record{{"t", random({2, 3}, 1)}, {"l", List{true, 0.5}}});
    for (std::size_t length = 0; length < bytes.size(); ++length)
        BOOST_CHECK_THROW(decode(std::string_view(bytes).substr(0, length)), DataError);
    for (std::size_t i = 0; i < bytes.size() * 8; ++i) {
        std::string flipped = bytes;
        flipped[i / 8] = static_cast<char>(flipped[i / 8] ^ (1 << i % 8));
        try {
            decode(flipped);
        } catch (const DataError&) {
        }
    }
    BOOST_CHECK_THROW(decode(bytes + "x"), DataError);
}

BOOST_AUTO_TEST_CASE(describe_themselves) {
    BOOST_TEST(describe("x", Tensor({2, 3, 7, 5})) == "x [2, 3, 7, 5]");
    BOOST_TEST(describe("x", Tensor({2}, {1, 2.5f})) == "x [2] = 1 2.5");
    BOOST_TEST(describe("window", to_value(Window{.size = 3, .padding = 1})) == "size 3   stride 1   padding 1");
    const Value window = to_value(Window{.size = 3, .padding = 1}), three{std::int64_t{3}};
    BOOST_TEST(describe_all({"input", "window"}, {three, window}) == "   input 3   size 3   stride 1   padding 1");
    BOOST_TEST(describe_all({"size", "window"}, {three, window}) ==
               "   size 3   window.size 3   window.stride 1   window.padding 1");
    const Value weights = Record{{"w", Tensor({1}, {2})}, {"b", 0.5}};
    BOOST_TEST(describe("state", Record{{"model", weights}, {"step", std::int64_t{3}}}) ==
               "model.w [1] = 2   model.b 0.5   step 3");
}

BOOST_AUTO_TEST_CASE(name_the_field_that_does_not_fit) {
    const auto message = [](const Value& value) -> std::string {
        try {
            from_value<Window>(value, "window");
        } catch (const Error& error) {
            return error.what();
        }
        return "";
    };
    BOOST_TEST(message(Record{{"size", std::string("x")}}) == "window.size: expected a whole number, got \"x\"");
    BOOST_TEST(message(Record{{"sice", std::int64_t{3}}}) ==
               "window: expected one of the fields size stride padding, got \"sice\"");
    BOOST_TEST(message(std::int64_t{3}) == "window: expected an object with named fields, got 3");
}

BOOST_AUTO_TEST_CASE(lists_of_one_length_are_tensors) {
    const Tensor x = from_value<Tensor>(parse_argument("[[1, 2.5, 3], [4, 5, 6]]"), "x");
    BOOST_TEST((x.shape() == Shape{2, 3}));
    BOOST_TEST(x(0, 1) == 2.5f);
    BOOST_TEST(x(1, 2) == 6);
    for (const char* ragged : {"[[1, 2], [3]]", "[1, [2]]", "[[1], 2]", "[\"1\"]", "1"})
        BOOST_CHECK_THROW(from_value<Tensor>(parse_argument(ragged), "x"), Error);
}

enum class Fruit { apple, pear };

BOOST_AUTO_TEST_CASE(enumerators_travel_by_name) {
    BOOST_TEST(identical(to_value(Fruit::pear), std::string("pear")));
    BOOST_TEST((from_value<Fruit>(std::string("pear"), "fruit") == Fruit::pear));
    BOOST_TEST(identical(to_value(static_cast<Fruit>(7)), std::string("no enumerator: 7")));
    for (const Value& wrong : {Value(std::string("plum")), Value(std::string()), Value(std::int64_t{1})})
        BOOST_CHECK_EXCEPTION(from_value<Fruit>(wrong, "fruit"), Error, [](const Error& error) {
            return std::string(error.what()).starts_with("fruit: expected one of apple, pear, got ");
        });
}

Index doubled_size(const Window& window) { return window.size * 2; }
Index spoiled(const Tensor& x) { return static_cast<Index>(x.count() > 0 ? const_cast<Tensor&>(x)[0] = 7 : 0); }

BOOST_AUTO_TEST_CASE(arguments_given_in_short_are_not_taken_for_changed) {
    const Invoke invoke = function(doubled_size, "doubled_size(window) -> size").invoke;
    const Outcome outcome = invoke({Record{{"size", std::int64_t{3}}}});
    BOOST_TEST(identical(outcome.result, std::int64_t{6}));
    BOOST_TEST(outcome.changed_argument == -1);
    BOOST_TEST(function(spoiled, "spoiled(x) -> y").invoke({random({2}, 1)}).changed_argument == 0);
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(comparison)

Tensor dot(const Tensor& x, const Tensor& w) {
    float sum = 0;
    for (Index i = 0; i < x.count(); ++i) sum += x[i] * w[i];
    return Tensor({1}, {sum});
}
const Function dot_function = function(dot, "dot(x, w) -> y");

// The bound must hold for every order of summation, and be tight enough to notice one missing term.
BOOST_AUTO_TEST_CASE(the_bound_allows_rounding_and_nothing_else) {
    for (const Index n : {1, 10, 1000, 100000}) {
        const Tensor x = random({n}, 1), w = random({n}, 2);
        const List arguments{x, w};
        const Tensor expected = dot(x, w);
        const Value allowed = derived_allowance(dot_function.invoke, arguments, expected);
        float backwards = 0, largest = 0;
        double exact = 0;
        for (Index i = 0; i < n; ++i) largest = std::max(largest, std::abs(x[i] * w[i]));
        for (Index i = n - 1; i >= 0; --i) backwards += x[i] * w[i], exact += double{x[i]} * w[i];
        BOOST_TEST(difference("y", Tensor({1}, {backwards}), expected, allowed) == "");
        BOOST_TEST(difference("y", Tensor({1}, {static_cast<float>(exact)}), expected, allowed) == "");
        if (n <= 1000) BOOST_TEST(difference("y", Tensor({1}, {expected[0] - largest}), expected, allowed) != "");
    }
}

BOOST_AUTO_TEST_CASE(says_where_and_what) {
    const Tensor expected({4}, {1, 2, 3, 4}), answer({4}, {1, 2, 7, 8});
    const std::string text = difference("y", answer, expected, allowance(expected, {.absolute = 0.5}));
    BOOST_TEST(text ==
               "y [4] has the right shape; 2 of 4 values differ.\nyours    1 2 7 8\nexpected 1 2 3 4\n"
               "The first is y(2): yours 7, expected 3 (allowed ±0.5).");
}

BOOST_AUTO_TEST_CASE(shows_a_matrix_row_by_row) {
    const Tensor expected({2, 2}, {1, 2, 3, 4}), answer({2, 2}, {1, 2, 7, -std::numeric_limits<float>::quiet_NaN()});
    const std::string text = difference("y", answer, expected, allowance(expected, {}));
    BOOST_TEST(text.find("\nyours       expected\n  1   2     1 2\n  7 nan     3 4\n") != std::string::npos, text);
}

// Not the rounding at a rim, where an answer is wrong all over.
BOOST_AUTO_TEST_CASE(shows_a_number_that_is_clearly_wrong) {
    const Tensor expected({1, 8}, {1, 1, 1, 1, 1, 1, 1, 1}), answer({1, 8}, {1.00002f, 1, 3, 1, 4, 1, 1, 1});
    const std::string text = difference("y", answer, expected, allowance(expected, {.absolute = 1e-6}));
    BOOST_TEST(text.find("3 of 8 values differ") != std::string::npos, text);
    BOOST_TEST(text.find("\nFor example y(0, 2): yours 3, expected 1 ") != std::string::npos, text);
    Tensor none = answer;
    none[5] = std::numeric_limits<float>::quiet_NaN();
    BOOST_TEST(
        difference("y", none, expected, allowance(expected, {.absolute = 1e-6})).find("example y(0, 5): yours nan") !=
        std::string::npos);
    Image right(2, 3, 1, 100), wrong = right;
    wrong(0, 1) = 99, wrong(1, 2) = 200;
    BOOST_TEST(difference("image", wrong, right, right) ==
               "image differs in 2 of 6 values, for example in row 1, column 2: yours 200, expected 100.");
}

BOOST_AUTO_TEST_CASE(shows_enough_digits_to_tell_two_numbers_apart) {
    const std::string text = difference("y", 3.14159, 3.14159265, allowance(3.14159265, {.absolute = 1e-6}));
    BOOST_TEST(text == "y: yours 3.14159, expected 3.14159265 (allowed ±1e-06).");
}

BOOST_AUTO_TEST_CASE(names_the_rows_of_a_table) {
    const auto row = [](const std::string& name, const std::string& kind, std::int64_t size) {
        return Value(Record{{"name", name}, {"kind", kind}, {"output", List{std::int64_t{1}, size}}});
    };
    const Value conv = row("0", "Conv2d", 3), relu = row("1", "ReLU", 3), pool = row("2", "MaxPool2d", 2);
    const auto told = [](const List& answer, const List& expected) {
        return difference("layers", answer, expected, allowance(expected, {}));
    };
    BOOST_TEST(told({conv, relu, pool}, {conv, relu, pool}) == "");
    BOOST_TEST(told({conv, pool}, {conv, relu, pool}) ==
               "layers has 2 rows, expected 3.\nAfter '0 Conv2d' comes '2 MaxPool2d', expected '1 ReLU'.");
    BOOST_TEST(told({conv, relu, pool}, {conv, relu}) ==
               "layers has 3 rows, expected 2.\nAfter '1 ReLU' comes '2 MaxPool2d', expected nothing.");
    BOOST_TEST(told({relu}, {conv, relu}) ==
               "layers has 1 row, expected 2.\nThe first row is '1 ReLU', expected '0 Conv2d'.");
    BOOST_TEST(told({}, {conv}) == "layers has 0 rows, expected 1.\nThe first row is nothing, expected '0 Conv2d'.");
    BOOST_TEST(told({conv, row("1", "ReLU", 4)}, {conv, relu}) ==
               "layers[1 '1 ReLU'].output: yours [1, 4], expected [1, 3].");
}

BOOST_AUTO_TEST_CASE(a_nan_is_only_right_where_one_is_expected) {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const Tensor one({1}, {1}), none({1}, {nan});
    BOOST_TEST(difference("y", none, one, allowance(one, {.absolute = 1e30})) != "");
    BOOST_TEST(difference("y", one, none, allowance(none, {.absolute = 1e30})) != "");
    BOOST_TEST(difference("y", none, none, allowance(none, {})) == "");
}

BOOST_AUTO_TEST_CASE(whole_numbers_texts_and_lists_are_exact) {
    const Value three = std::int64_t{3}, four = std::int64_t{4};
    BOOST_TEST(difference("n", three, four, allowance(four, {.absolute = 5})) == "n: yours 3, expected 4.");
    BOOST_TEST(difference("l", List{three}, List{three, four}, List{}) == "l: yours [3], expected [3, 4].");
    BOOST_TEST(difference("l", List{three, 1.5}, List{three}, List{three}) == "l has 2 values, expected 1.");
    BOOST_TEST(difference("t", std::string("a"), std::string("b"), std::string("b")) != "");
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(small_tensors)

BOOST_AUTO_TEST_CASE(are_shown_in_rows_plane_by_plane) {
    const Tensor x({1, 2, 2, 3}, {1, 2, 3, 4, 5, 6, -1, 0.5f, 0, 0, 0, 10}), b({2}, {1, 2});
    BOOST_TEST(rows_of({"x", "b", "n"}, List{x, b, std::int64_t{3}}) ==
               "x(0, 0)    1   2   3\n"
               "           4   5   6\n"
               "x(0, 1)   -1 0.5   0\n"
               "           0   0  10");
    BOOST_TEST(rows_of({"loss"}, List{Record{{"w", Tensor({2, 1}, {1, 2})}}}) == "loss.w  1\n        2");
    Image image(2, 2, 1, 7);
    BOOST_TEST(rows_of({"photo", "x"}, List{image, Tensor({2, 2})}) == "photo  all 7\nx  all 0");
    image(1, 0) = 12;
    BOOST_TEST(rows_of({"photo"}, List{image}) == "photo   7  7\n       12  7");
}

BOOST_AUTO_TEST_CASE(are_shown_up_to_six_by_six) {
    BOOST_TEST(fits_in_rows({6, 6}));
    BOOST_TEST(fits_in_rows({1, 1, 3, 3}));
    for (const Shape& shape : {Shape{8, 5}, Shape{5, 7}, Shape{2, 7}, Shape{3}, Shape{1, 4}, Shape{}, Shape{0, 2}})
        BOOST_TEST(!fits_in_rows(shape), to_string(shape));
    // What would be a wall of numbers is left out.
    const Tensor six = random({6, 6}, 1);
    const std::string rows = rows_of({"a", "b", "c", "d"}, List{six, six, six, six});
    BOOST_TEST(std::ranges::count(rows, '\n') == 17);
}

BOOST_AUTO_TEST_CASE(that_are_too_wide_side_by_side_stand_one_below_the_other) {
    const Tensor wide = random({2, 6}, 1);
    BOOST_TEST(side_by_side(wide, wide).starts_with("yours\n  "));
    BOOST_TEST(side_by_side(Tensor({2, 1}, {1, 2}), Tensor({2, 1}, {3, 4})) ==
               "yours     expected\n1         3\n2         4");
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(skeletons)

BOOST_AUTO_TEST_CASE(keep_what_a_learner_needs) {
    const std::string skeleton = make_skeleton(read_file(CNN_SOURCE_DIR "/common/grader/fixture/reference.cpp"));
    BOOST_TEST(skeleton.find("    // TODO 1. A tensor of the same shape.\n    //         All of it.\n    // TODO 2. "
                             "Multiply.\n    todo(\"0.1\");\n}\n") != std::string::npos,
               skeleton);
    BOOST_TEST(skeleton.find("is_positive") == std::string::npos);
    BOOST_TEST(skeleton.find("value *= factor") == std::string::npos);
    BOOST_TEST(skeleton.find("// Task 0.3: pass on.\nLuggage travel(") != std::string::npos);
    BOOST_TEST(skeleton.starts_with("#include <algorithm>\n"));
    BOOST_TEST(skeleton.ends_with("}  // namespace cnn::lab00\n"));
}

BOOST_AUTO_TEST_CASE(need_an_exercise) { BOOST_CHECK_THROW(make_skeleton("int main() {}\n"), Error); }

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(arguments)

BOOST_AUTO_TEST_CASE(are_files_or_json) {
    const std::string path = CNN_BINARY_DIR "/argument.npy";
    write_npy(path, Tensor({2}, {1, 2}));
    BOOST_TEST(identical(parse_argument(path), Value(Tensor({2}, {1, 2}))));
    BOOST_TEST(identical(parse_argument("{\"size\": 3}"), Record{{"size", std::int64_t{3}}}));
    BOOST_TEST(identical(parse_argument("[1, 2.5]"), List{std::int64_t{1}, 2.5}));
    BOOST_CHECK_THROW(parse_argument("nonsense"), Error);
    BOOST_CHECK_THROW(parse_argument("missing.npy"), DataError);
    const std::string golden = CNN_SOURCE_DIR "/common/tensor/golden/";
    BOOST_TEST(identical(parse_argument(golden + "stored.npz:labels"), Value(Tensor({2}, {3, 1}))));
    std::string told;
    parse_argument(golden + "rounded_int64.npy", [&](const std::string& note) { told += note; });
    BOOST_TEST(told.find("2 of 4 numbers of type int64 are rounded") != told.npos);
}

// As Python's json writes them, both ways.
BOOST_AUTO_TEST_CASE(what_is_not_finite_is_written_and_read) {
    const float infinity = std::numeric_limits<float>::infinity();
    const Value list = parse_argument("[NaN, Infinity, -Infinity, 1, \"NaN\", \"a \\\" Infinity\"]");
    const List& items = std::get<List>(list);
    BOOST_TEST(std::isnan(std::get<double>(items[0])));
    BOOST_TEST(std::get<double>(items[1]) == infinity);
    BOOST_TEST(std::get<double>(items[2]) == -infinity);
    BOOST_TEST(std::get<std::string>(items[4]) == "NaN");
    BOOST_TEST(std::get<std::string>(items[5]) == "a \" Infinity");
    BOOST_TEST(write_result(list, {}) == "[NaN,Infinity,-Infinity,1,\"NaN\",\"a \\\" Infinity\"]\n");
    BOOST_TEST(write_result(Tensor({2, 2}, {std::nanf(""), infinity, -infinity, 0.5f}), {}) ==
               "[[NaN,Infinity],[-Infinity,0.5]]\n");
    BOOST_TEST(identical(parse_argument("{\"x\": -Infinity}"), Record{{"x", double{-infinity}}}));
    for (const char* bad : {"NaNa", "-NaN", "Infinit", "[Infinity", "NaN NaN"})
        BOOST_CHECK_THROW(parse_argument(bad), Error);
}

BOOST_AUTO_TEST_CASE(results_are_files_and_json) {
    const std::filesystem::path output = CNN_BINARY_DIR "/result.npy";
    BOOST_TEST(write_result(Record{{"dw", Tensor({1}, {3})}, {"n", std::int64_t{2}}}, output) == "{\"n\":2}\n");
    BOOST_TEST((read_npy(CNN_BINARY_DIR "/result.dw.npy") == Tensor({1}, {3})));
    BOOST_TEST(write_result(Tensor({2}, {1, 2}), {}) == "[1.0,2.0]\n");
    BOOST_CHECK_THROW(write_result(Tensor({2000}), {}), Error);
}

BOOST_AUTO_TEST_SUITE_END()
