// The promises every lab makes, checked one by one.
#pragma once
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace cnn::grader {

// What has been promised and whether it holds.
class Promises {
public:
    // Counts one; one that does not hold is printed at once with its reason.
    void expect(bool holds, const std::string& promise, const std::string& reason = "");
    int kept() const { return kept_; }
    int broken() const { return broken_; }

private:
    int kept_ = 0, broken_ = 0;
};

struct VerifyOptions {
    std::filesystem::path root, build;
    std::filesystem::path sanitized;  // a build folder whose judges are compiled with sanitizers; may be empty
    bool write = false;               // make the skeletons anew instead of comparing them
};

// One lab, described by build/labs/NN.json: skeleton, reference, kernels, mistakes.
void verify_code(const nlohmann::ordered_json& lab, const VerifyOptions& options, Promises& promises);
// Its handout, hints and pictures.
void verify_texts(const nlohmann::ordered_json& lab, const VerifyOptions& options, Promises& promises);

// A document outside the labs: the code it shows, the files it links to.
void verify_document(const std::filesystem::path& root, const std::filesystem::path& document, Promises& promises);

}  // namespace cnn::grader
