// Waiting for a file to be saved, or a key to be struck.
#pragma once
#include <filesystem>
#include <optional>

namespace cnn::cli {

// Watches one file through its folder, so that editors that write a new file and rename it over the old one are seen
// as well as those that write in place.
class SavedFile {
public:
    explicit SavedFile(const std::filesystem::path& file);  // DataError where the folder cannot be watched
    SavedFile(const SavedFile&) = delete;
    SavedFile& operator=(const SavedFile&) = delete;
    ~SavedFile();

    enum class Event { saved, key, interrupted };
    struct Happened {
        Event event;
        char key = 0;
    };
    // Returns when the file was saved and has been left alone for a moment, a key was struck (if `keys`), or a signal
    // asked to stop. At the end of standard input keys are no longer waited for.
    Happened wait(bool keys);

private:
    bool read_events() const;  // was the file among them?

    std::filesystem::path file_;
    int descriptor_ = -1;
    bool keys_ended_ = false;
};

}  // namespace cnn::cli
