// A damaged journal: what is readable, and the way from the damaged file to a sound one.
#pragma once

#include <string>

#include "journal/load.h"
#include "journal/marks.h"
#include "journal/pages.h"

namespace pixazo::journal {

// The database through SQLite's own file layer (closing a plain descriptor would drop the locks this process
// holds on the file), the log plainly. Missing files are empty.
wire::Result<RawFiles> ReadRaw(const std::string& path);
// Whether another program, or another part of this one, has the database open through SQLite.
bool InUse(const std::string& path);
// Whether the bytes were a journal of ours once, as far as their head tells.
bool WasJournal(const RawFiles& files);

// Every whole row in the bytes, newest version of each job; problems say what is missing.
Contents Salvage(const RawFiles& files, const Marks* marks,
                 Requests requests);  // marks: nullptr if not known

// Writes a sound database with the contents and puts it in the place of the damaged one, which is renamed;
// the new name goes to set_aside ("" if there was no file). A crash at any point loses nothing: FinishRepair,
// at the next start, goes on. kInvalidState while another program has the damaged file open.
wire::Error Repair(const std::string& path, const Contents& contents, std::string& set_aside);
wire::Error FinishRepair(const std::string& path, std::string& set_aside);

}  // namespace pixazo::journal
