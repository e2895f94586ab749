#include "nn/safetensors.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstring>
#include <limits>

#include "nn/sequential.hpp"
#include "nn/testing/errors.hpp"
#include "tensor/file.hpp"
#include "tensor/half.hpp"

using namespace cnn;
using namespace cnn::nn;

namespace {

std::string file_of(const std::string& header, const std::string& data) {
    const std::uint64_t length = header.size();
    std::string bytes(8, '\0');
    std::memcpy(bytes.data(), &length, 8);
    return bytes + header + data;
}

template <class Number>
std::string bytes_of(std::initializer_list<Number> numbers) {
    return {reinterpret_cast<const char*>(numbers.begin()), numbers.size() * sizeof(Number)};
}

struct Bad {
    const char* name;
    std::string bytes, complaint;
};
std::ostream& operator<<(std::ostream& out, const Bad& bad) { return out << bad.name; }

const std::string four(4, '\0'), eight(8, '\0');
const std::vector<Bad> bad_files{
    {"empty", "", "too few"},
    {"seven bytes", "1234567", "too few"},
    {"header longer than the file", file_of("{}", "").substr(0, 9), "announce a header of 2 bytes"},
    {"huge header", std::string(8, '\xff') + "{}", "announce"},
    {"not JSON", file_of("{\"a\":", ""), "not JSON"},
    {"not UTF-8", file_of("{\"\xff\":1}", ""), "not JSON"},
    {"a list", file_of("[]", ""), "no JSON object"},
    {"an entry that is a number", file_of(R"({"a":1})", ""), "tensor a: expected dtype"},
    {"no dtype", file_of(R"({"a":{"shape":[1],"data_offsets":[0,4]}})", four), "expected dtype"},
    {"unknown dtype", file_of(R"({"a":{"dtype":"Q4","shape":[1],"data_offsets":[0,4]}})", four), "dtype Q4"},
    {"dtype no text", file_of(R"({"a":{"dtype":4,"shape":[1],"data_offsets":[0,4]}})", four), "dtype is no text"},
    {"negative size", file_of(R"({"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}})", four), "-1"},
    {"fractional size", file_of(R"({"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}})", four), "1.5"},
    {"six axes", file_of(R"({"a":{"dtype":"F32","shape":[1,1,1,1,1,1],"data_offsets":[0,4]}})", four), "at most 5"},
    {"overflowing shape",
     file_of(R"({"a":{"dtype":"F32","shape":[4294967296,4294967296,4294967296],"data_offsets":[0,4]}})", four),
     "more elements"},
    {"too large a size", file_of(R"({"a":{"dtype":"F32","shape":[18446744073709551615],"data_offsets":[0,4]}})", four),
     "larger than any memory"},
    {"shape and bytes differ", file_of(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}})", four),
     "[2] needs 8 bytes"},
    {"backwards", file_of(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}})", four), "not within"},
    {"past the end", file_of(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", four), "cut short?"},
    {"three offsets", file_of(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}})", four), "not two numbers"},
    {"gap at the start", file_of(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})", eight),
     "begins at byte 4"},
    {"bytes nobody owns", file_of(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})", eight), "end at byte 4"},
    {"overlap",
     file_of(
         R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})",
         four),
     "tensor b begins at byte 0"},
    {"a name twice",
     file_of(
         R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})",
         eight),
     "a is there twice"},
    {"metadata no object", file_of(R"({"__metadata__":3})", ""), "__metadata__ is no object"},
    {"metadata no text", file_of(R"({"__metadata__":{"k":3}})", ""), "k is no text"},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(safetensors)

BOOST_AUTO_TEST_CASE(what_is_written_is_read) {
    const TemporaryFolder folder;
    const Tensor a = random({2, 3, 1, 4}, 1), b = random(Shape{}, 2), c({0, 3});
    write_safetensors(folder / "x.safetensors", {{"a.weight", &a}, {"β", &b}, {"nothing", &c}},
                      {{"k", "v \"quoted\""}});
    const SafeTensors file = read_safetensors(folder / "x.safetensors");
    BOOST_TEST_REQUIRE(file.tensors.size() == 3u);
    std::map<std::string, Tensor> tensors(file.tensors.begin(), file.tensors.end());
    BOOST_TEST((tensors["a.weight"] == a));
    BOOST_TEST((tensors["β"] == b));
    BOOST_TEST((tensors["nothing"] == c));
    BOOST_TEST(file.metadata.at("k") == "v \"quoted\"");

    // The numbers begin at a multiple of eight bytes, behind a header that says where they lie.
    const std::string bytes = read_file(folder / "x.safetensors");
    std::uint64_t length = 0;
    std::memcpy(&length, bytes.data(), 8);
    BOOST_TEST(length % 8 == 0u);
    BOOST_TEST(bytes.size() == 8 + length + 25 * sizeof(float));
    BOOST_TEST(std::memcmp(bytes.data() + 8 + length, a.data(), 24 * sizeof(float)) == 0);
}

BOOST_AUTO_TEST_CASE(other_types_become_floats) {
    const TemporaryFolder folder;
    const std::string header =
        R"({"half":{"dtype":"F16","shape":[4],"data_offsets":[0,8]},"bf":{"dtype":"BF16","shape":[2],"data_offsets":[8,12]},)"
        R"("double":{"dtype":"F64","shape":[1],"data_offsets":[12,20]},"whole":{"dtype":"I64","shape":[],"data_offsets":[20,28]}})";
    const std::string data = bytes_of<std::uint16_t>({0x3c00, 0xc000, 0x0001, 0x7bff}) +
                             bytes_of<std::uint16_t>({0x3f80, 0xc049}) + bytes_of({0.1}) + bytes_of<std::int64_t>({-7});
    replace_file(folder / "x", file_of(header, data));
    const SafeTensors file = read_safetensors(folder / "x");
    BOOST_TEST((file.tensors[0].second == Tensor({4}, {1, -2, 0x1p-24f, 65504})));
    BOOST_TEST((file.tensors[1].second == Tensor({2}, {1, -3.140625f})));
    BOOST_TEST((file.tensors[2].second == Tensor({1}, {0.1f})));
    BOOST_TEST((file.tensors[3].second == Tensor(Shape{}, {-7})));
    BOOST_TEST(std::isnan(from_half(0x7e00)));
    BOOST_TEST(from_half(0xfc00) == -std::numeric_limits<float>::infinity());
    BOOST_TEST(std::signbit(from_half(0x8000)));
}

BOOST_DATA_TEST_CASE(bad_files_are_refused, boost::unit_test::data::make(bad_files), bad) {
    const TemporaryFolder folder;
    replace_file(folder / "bad.safetensors", bad.bytes);
    const std::string error = error_of([&] { read_safetensors(folder / "bad.safetensors"); });
    BOOST_TEST(contains(error, "bad.safetensors: "), error);
    BOOST_TEST(contains(error, bad.complaint), error);
    BOOST_TEST(!contains(error, "\n"), error);
}

BOOST_AUTO_TEST_CASE(missing_files_and_folders_are_errors) {
    const TemporaryFolder folder;
    BOOST_CHECK_THROW(read_safetensors(folder / "none"), DataError);
    BOOST_CHECK_THROW(read_safetensors(folder.path()), DataError);
    const Tensor a({1});
    BOOST_CHECK_THROW(write_safetensors(folder / "no/such/folder", {{"a", &a}}), DataError);
}

BOOST_AUTO_TEST_CASE(weights_that_do_not_fit_are_listed) {
    const TemporaryFolder folder;
    Sequential small(Dense(2, 3), ReLU(), Dense(3, 2)), wide(Dense(2, 4), ReLU(), Dense(4, 2)),
        deep(Dense(2, 3), ReLU(), Dense(3, 2), ReLU(), Dense(2, 2));
    Engine engine(1);
    for (Sequential* network : {&small, &wide, &deep}) network->initialize(engine);
    save_weights(small, folder / "small");
    save_weights(deep, folder / "deep");

    const Tensor before = wide.parameters()[3].parameter->value;
    const std::string shapes = error_of([&] { load_weights(wide, folder / "small"); });
    BOOST_TEST(contains(shapes, "0.weight [3, 2], expected [4, 2]"), shapes);
    BOOST_TEST((wide.parameters()[3].parameter->value == before));
    BOOST_TEST(contains(error_of([&] { load_weights(deep, folder / "small"); }), "missing: 4.weight, 4.bias"));
    BOOST_TEST(contains(error_of([&] { load_weights(small, folder / "deep"); }), "unexpected: 4.bias, 4.weight"));

    Sequential again(Dense(2, 3), ReLU(), Dense(3, 2));
    load_weights(again, folder / "small");
    const Tensor x = random({3, 2}, 1);
    BOOST_TEST((again.forward(x) == small.forward(x)));
}

BOOST_AUTO_TEST_SUITE_END()
