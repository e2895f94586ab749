#include "nn/pickle.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <unordered_map>

#include "tensor/error.hpp"

namespace cnn::nn {
namespace {

using Kind = PickleValue::Kind;

// A state_dict of a thousand tensors takes about twenty thousand values. The second is for all that values refer to.
constexpr std::size_t value_limit = 1'000'000, link_limit = 10'000'000;

// Codes of Python's pickletools.
enum class Code : unsigned char {
    mark = '(',
    stop = '.',
    pop = '0',
    pop_mark = '1',
    dup = '2',
    none = 'N',
    new_true = 0x88,
    new_false = 0x89,
    binint = 'J',
    binint1 = 'K',
    binint2 = 'M',
    long1 = 0x8a,
    long4 = 0x8b,
    binfloat = 'G',
    short_binstring = 'U',
    binstring = 'T',
    short_binbytes = 'C',
    binbytes = 'B',
    binbytes8 = 0x8e,
    short_binunicode = 0x8c,
    binunicode = 'X',
    binunicode8 = 0x8d,
    empty_tuple = ')',
    tuple = 't',
    tuple1 = 0x85,
    tuple2 = 0x86,
    tuple3 = 0x87,
    empty_list = ']',
    append = 'a',
    appends = 'e',
    empty_dict = '}',
    setitem = 's',
    setitems = 'u',
    empty_set = 0x8f,
    additems = 0x90,
    global = 'c',
    stack_global = 0x93,
    reduce = 'R',
    newobj = 0x81,
    build = 'b',
    binpersid = 'Q',
    binput = 'q',
    long_binput = 'r',
    binget = 'h',
    long_binget = 'j',
    memoize = 0x94,
    proto = 0x80,
    frame = 0x95,
};

class Machine {
public:
    explicit Machine(std::string_view bytes) : bytes_(bytes) {}

    Pickle run() {
        while (true) {
            const std::size_t begin = at_;
            const auto code = static_cast<Code>(take(1)[0]);
            if (code == Code::stop) break;
            if (!constant(code) && !container(code) && !memory(code) && !call(code)) {
                at_ = begin;
                fail(fmt::format("instruction {:#04x}, which no file of weights needs",
                                 static_cast<unsigned char>(code)));
            }
        }
        pickle_.root = pop_value();
        pickle_.size = at_;
        return std::move(pickle_);
    }

private:
    [[noreturn]] void fail(std::string_view what) const { fail_data("pickle damaged at byte {}: {}", at_, what); }

    // ---- What stands behind an instruction

    std::string_view take(std::uint64_t count) {
        if (bytes_.size() - at_ < count) fail("it is cut short");
        const std::string_view taken = bytes_.substr(at_, count);
        at_ += count;
        return taken;
    }
    std::uint64_t number(std::size_t size) {
        std::uint64_t value = 0;
        const std::string_view bytes = take(size);
        for (std::size_t i = size; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[i]);
        return value;
    }
    std::string_view line() {
        const std::size_t end = bytes_.find('\n', at_);
        if (end == bytes_.npos) fail("it is cut short");
        const std::string_view text = take(end - at_);
        take(1);
        return text;
    }

    // ---- The stack, and the stack of marks in it

    PickleValue* push(PickleValue value) {
        links_ += value.items.size();
        if (pickle_.values.size() == value_limit || links_ > link_limit) fail("it has too many values");
        push_again(&pickle_.values.emplace_back(std::move(value)));
        return stack_.back();
    }
    void push_again(PickleValue* value) {
        if (stack_.size() == value_limit) fail("its stack is too deep");
        stack_.push_back(value);
    }
    std::size_t bottom() const { return marks_.empty() ? 0 : marks_.back(); }
    PickleValue* top() const {
        if (stack_.size() <= bottom()) fail("nothing is on its stack");
        return stack_.back();
    }
    PickleValue* pop_value() {
        PickleValue* value = top();
        stack_.pop_back();
        return value;
    }
    std::vector<const PickleValue*> pop_to_mark() {
        if (marks_.empty()) fail("no mark is on its stack");
        const auto begin = stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back());
        std::vector<const PickleValue*> items(begin, stack_.end());
        stack_.erase(begin, stack_.end());
        marks_.pop_back();
        return items;
    }
    std::vector<const PickleValue*> pop_items(std::size_t count) {
        std::vector<const PickleValue*> items(count);
        for (std::size_t i = count; i-- > 0;) items[i] = pop_value();
        return items;
    }

    // ---- Instructions, by what they are for; false for those that are not among them

    bool constant(Code code) {
        using enum Code;
        switch (code) {
            case none:
                push({});
                return true;
            case new_true:
            case new_false:
                push({.kind = Kind::boolean, .integer = code == new_true});
                return true;
            case binint:
                push({.kind = Kind::integer, .integer = static_cast<std::int32_t>(number(4))});
                return true;
            case binint1:
            case binint2:
                push({.kind = Kind::integer, .integer = static_cast<std::int64_t>(number(code == binint1 ? 1 : 2))});
                return true;
            case long1:
            case long4:
                push(long_integer(take(number(code == long1 ? 1 : 4))));
                return true;
            case binfloat:
                push({.kind = Kind::real, .real = std::bit_cast<double>(big_endian(take(8)))});
                return true;
            case short_binstring:
            case short_binbytes:
            case short_binunicode:
                return text(1);
            case binstring:
            case binbytes:
            case binunicode:
                return text(4);
            case binbytes8:
            case binunicode8:
                return text(8);
            default:
                return false;
        }
    }
    bool text(std::size_t size) {
        push({.kind = Kind::text, .text = std::string(take(number(size)))});
        return true;
    }
    static std::uint64_t big_endian(std::string_view bytes) {
        std::uint64_t value = 0;
        for (const char byte : bytes) value = value << 8 | static_cast<unsigned char>(byte);
        return value;
    }
    static PickleValue long_integer(std::string_view bytes) {  // two's complement, the lowest byte first
        if (bytes.size() > 8) return {.kind = Kind::other};
        std::uint64_t value = !bytes.empty() && (bytes.back() & 0x80) ? ~std::uint64_t{0} : 0;
        for (std::size_t i = bytes.size(); i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[i]);
        return {.kind = Kind::integer, .integer = static_cast<std::int64_t>(value)};
    }

    bool container(Code code) {
        using enum Code;
        switch (code) {
            case empty_tuple:
                push({.kind = Kind::tuple});
                return true;
            case tuple1:
            case tuple2:
            case tuple3: {
                auto items = pop_items(code == tuple1 ? 1 : code == tuple2 ? 2 : 3);
                push({.kind = Kind::tuple, .items = std::move(items)});
                return true;
            }
            case tuple: {
                auto items = pop_to_mark();
                push({.kind = Kind::tuple, .items = std::move(items)});
                return true;
            }
            case empty_list:
                push({.kind = Kind::list});
                return true;
            case empty_dict:
                push({.kind = Kind::dict});
                return true;
            case empty_set:
                push({.kind = Kind::set});
                return true;
            case append:
                return add(Kind::list, pop_items(1));
            case appends:
                return add(Kind::list, pop_to_mark());
            case additems:
                return add(Kind::set, pop_to_mark());
            case setitem:
                return add(Kind::dict, pop_items(2));
            case setitems:
                return add(Kind::dict, pop_to_mark());
            default:
                return false;
        }
    }
    bool add(Kind kind, const std::vector<const PickleValue*>& items) {
        PickleValue& target = *top();
        if (target.kind != kind) fail("it adds to what is no container");
        if (kind == Kind::dict && items.size() % 2 != 0) fail("a key without a value");
        links_ += items.size();
        if (links_ > link_limit) fail("it has too many values");
        target.items.insert(target.items.end(), items.begin(), items.end());
        return true;
    }

    bool memory(Code code) {
        using enum Code;
        switch (code) {
            case mark:
                if (marks_.size() == value_limit) fail("its stack is too deep");
                marks_.push_back(stack_.size());
                return true;
            case pop:
                pop_value();
                return true;
            case pop_mark:
                pop_to_mark();
                return true;
            case dup:
                push_again(top());
                return true;
            case binput:
            case long_binput:
                keep(number(code == binput ? 1 : 4));
                return true;
            case memoize:
                keep(memo_.size());
                return true;
            case binget:
            case long_binget: {
                const auto found = memo_.find(number(code == binget ? 1 : 4));
                if (found == memo_.end()) fail("it recalls what it never kept");
                push_again(found->second);
                return true;
            }
            case proto:
                if (const std::uint64_t version = number(1); version < 2 || version > 5)
                    fail(fmt::format("protocol {}, 2 to 5 are known here", version));
                return true;
            case frame:
                number(8);
                return true;
            default:
                return false;
        }
    }

    void keep(std::uint64_t key) {
        if (memo_.size() == value_limit) fail("it keeps too many values");
        memo_[key] = top();
    }

    bool call(Code code) {
        using enum Code;
        switch (code) {
            case global: {
                const std::string module(line());
                push_global(module + "." + std::string(line()));
                return true;
            }
            case stack_global: {
                const auto names = pop_items(2);
                if (names[0]->kind != Kind::text || names[1]->kind != Kind::text) fail("a name that is no text");
                push_global(names[0]->text + "." + names[1]->text);
                return true;
            }
            case reduce:
            case newobj: {
                const auto parts = pop_items(2);
                push_call(*parts[0], *parts[1]);
                return true;
            }
            case build:  // attributes, such as the versions of a state_dict's modules
                pop_value();
                top();
                return true;
            case binpersid: {
                const PickleValue& id = *pop_value();
                push({.kind = Kind::persistent, .items = id.items});
                return true;
            }
            default:
                return false;
        }
    }
    void push_global(std::string name) {
        if (!allowed_global(name)) {
            std::string shown = name.substr(0, 80);
            std::ranges::replace_if(
                shown, [](char c) { return c < ' ' || c > '~'; }, '?');
            fail_data(
                "it holds {}, not only tensors, and nothing of it was executed: in PyTorch, "
                "torch.save(model.state_dict(), FILE)",
                shown);
        }
        push({.kind = Kind::global, .text = std::move(name)});
    }
    void push_call(const PickleValue& callee, const PickleValue& arguments) {
        if (callee.kind != Kind::global || arguments.kind != Kind::tuple) fail("a call of what is no name");
        const auto& given = arguments.items;
        if (callee.text == "collections.defaultdict") {
            push({.kind = Kind::dict});
        } else if (callee.text == "collections.OrderedDict") {
            PickleValue dict{.kind = Kind::dict};
            if (!given.empty())  // Python 2 gave it a list of pairs
                for (const PickleValue* pair : given[0]->items) {
                    if (pair->items.size() != 2) fail("a key without a value");
                    dict.items.insert(dict.items.end(), pair->items.begin(), pair->items.end());
                }
            push(std::move(dict));
        } else if (callee.text == "torch.Size") {
            push({.kind = Kind::tuple, .items = given.empty() ? given : given[0]->items});
        } else {
            push({.kind = Kind::call, .text = callee.text, .items = given});
        }
    }

    std::string_view bytes_;
    std::size_t at_ = 0, links_ = 0;
    Pickle pickle_;
    std::vector<PickleValue*> stack_;
    std::vector<std::size_t> marks_;
    std::unordered_map<std::uint64_t, PickleValue*> memo_;
};

}  // namespace

const PickleValue* PickleValue::find(std::string_view key) const {
    if (kind != Kind::dict) return nullptr;
    for (std::size_t i = items.size() / 2; i-- > 0;)  // the last one counts
        if (items[2 * i]->kind == Kind::text && items[2 * i]->text == key) return items[2 * i + 1];
    return nullptr;
}

Pickle read_pickle(std::string_view bytes) { return Machine(bytes).run(); }

}  // namespace cnn::nn
