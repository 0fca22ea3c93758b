/* A stand-in for mfsensorgroup.dll: the sensor activity monitor of mfidl.h, with scripted reports.
 *
 * The script is in the environment variable CAMCHECK_STANDIN, one report a line:
 *     <milliseconds to wait>|<symbolic link>|<friendly name>|<pid>,<streaming>[;<pid>,<streaming>...]
 * "fail:<what>" instead makes one step fail: create, start or process.
 * Reports come from a thread of its own, as on Windows. Every object counts its references, and
 * StandinOutstanding() tells how many are still held, so that a leak or a release too many shows.
 */
#define COBJMACROS
#include <windows.h>
#include <stdio.h>
#include <wchar.h>

static const GUID MONITOR = {0xD0CEF145, 0xB3F4, 0x4340, {0xA2, 0xE5, 0x7A, 0x50, 0x80, 0xCA, 0x05, 0xCB}};
static const GUID CALLBACK_ID = {0xDE5072EE, 0xDBE3, 0x46DC, {0x8A, 0x87, 0xB6, 0xF6, 0x31, 0x19, 0x47, 0x51}};
static const GUID SHUTDOWN = {0x97EC2EA4, 0x0E42, 0x4937, {0x97, 0xAC, 0x9D, 0x6D, 0x32, 0x88, 0x24, 0xE1}};
static const GUID UNKNOWN = {0, 0, 0, {0xC0, 0, 0, 0, 0, 0, 0, 0x46}};

#define MOST 8
typedef struct { ULONG pid; BOOL streaming; } seen;
typedef struct { WCHAR link[400], name[200]; seen processes[MOST]; ULONG count; DWORD wait; } report;

static volatile LONG outstanding;
static volatile LONG trouble;
static WCHAR script[8192];
static BOOL failing(const WCHAR *step) {
    return !wcsncmp(script, L"fail:", 5) && !wcscmp(script + 5, step);
}

/* Any object: its table of methods, a count, and what it is about. */
typedef struct object object;
struct object { const void **table; LONG count; report *about; ULONG index; object *owner; };

static HRESULT WINAPI nobody(object *o, REFIID id, void **out) { *out = NULL; return E_NOINTERFACE; }
static ULONG WINAPI add(object *o) { InterlockedIncrement(&outstanding); return InterlockedIncrement(&o->count); }
static ULONG WINAPI drop(object *o) {
    LONG left = InterlockedDecrement(&o->count);
    InterlockedDecrement(&outstanding);
    if (left < 0) InterlockedExchange(&trouble, 1);
    if (left == 0) HeapFree(GetProcessHeap(), 0, o);
    return left;
}
static object *make(const void **table, report *about, ULONG index) {
    object *o = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof *o);
    o->table = table; o->about = about; o->index = index;
    add(o);
    return o;
}

/* IMFSensorProcessActivity */
static HRESULT WINAPI pid(object *o, ULONG *out) {
    if (failing(L"process")) return E_FAIL;
    *out = o->about->processes[o->index].pid; return S_OK;
}
static HRESULT WINAPI state(object *o, BOOL *out) { *out = o->about->processes[o->index].streaming; return S_OK; }
static HRESULT WINAPI mode(object *o, int *out) { *out = 0; return S_OK; }
static HRESULT WINAPI when(object *o, FILETIME *out) { GetSystemTimeAsFileTime(out); return S_OK; }
static const void *process_table[] = {nobody, add, drop, pid, state, mode, when};

/* IMFSensorActivityReport */
static HRESULT text(const WCHAR *from, LPWSTR to, ULONG room, ULONG *written) {
    if (wcslen(from) >= room) return E_NOT_SUFFICIENT_BUFFER;
    wcscpy(to, from); *written = wcslen(from); return S_OK;
}
static HRESULT WINAPI name(object *o, LPWSTR to, ULONG room, ULONG *n) { return text(o->about->name, to, room, n); }
static HRESULT WINAPI link(object *o, LPWSTR to, ULONG room, ULONG *n) { return text(o->about->link, to, room, n); }
static HRESULT WINAPI processes(object *o, ULONG *out) { *out = o->about->count; return S_OK; }
static HRESULT WINAPI process(object *o, ULONG index, object **out) {
    if (index >= o->about->count) return E_INVALIDARG;
    *out = make(process_table, o->about, index); return S_OK;
}
static const void *activity_table[] = {nobody, add, drop, name, link, processes, process};

/* IMFSensorActivitiesReport: one device at a time, as Windows sends them */
static HRESULT WINAPI count(object *o, ULONG *out) { *out = 1; return S_OK; }
static HRESULT WINAPI activity(object *o, ULONG index, object **out) {
    if (index) return E_INVALIDARG;
    *out = make(activity_table, o->about, 0); return S_OK;
}
static HRESULT WINAPI by_name(object *o, LPCWSTR n, object **out) { return E_NOTIMPL; }
static const void *report_table[] = {nobody, add, drop, count, activity, by_name};

/* IMFSensorActivityMonitor and its IMFShutdown */
typedef HRESULT (WINAPI *query_fn)(object *, REFIID, void **);
typedef ULONG (WINAPI *count_fn)(object *);
typedef HRESULT (WINAPI *report_fn)(object *, object *);
static object *listener;
static HANDLE thread, stopping;
static report reports[MOST];
static int report_count;

static void read_script(void) {
    WCHAR *next = script, *line, *field;
    report_count = 0;
    while ((line = next) && *line && report_count < MOST) {
        report *r = &reports[report_count++];
        memset(r, 0, sizeof *r);
        if ((next = wcschr(line, L'\n'))) *next++ = 0;
        r->wait = wcstoul(line, &field, 10);
        WCHAR *a = wcschr(field, L'|') + 1, *b = wcschr(a, L'|') + 1, *c = wcschr(b, L'|') + 1;
        b[-1] = c[-1] = 0;
        wcscpy(r->link, a); wcscpy(r->name, b);
        while (*c && r->count < MOST) {
            r->processes[r->count].pid = wcstoul(c, &c, 10);
            r->processes[r->count++].streaming = wcstoul(c + 1, &c, 10) != 0;
            if (*c) c++;
        }
    }
}

static DWORD WINAPI tell(void *unused) {
    for (int i = 0; i < report_count; i++) {
        if (WaitForSingleObject(stopping, reports[i].wait) == WAIT_OBJECT_0) break;
        object *r = make(report_table, &reports[i], 0);
        if (((report_fn)listener->table[3])(listener, r)) InterlockedExchange(&trouble, 2);
        drop(r);
    }
    return 0;
}

static HRESULT WINAPI start(object *o) {
    if (failing(L"start")) return E_ACCESSDENIED;
    read_script();
    stopping = CreateEventW(NULL, TRUE, FALSE, NULL);
    thread = CreateThread(NULL, 0, tell, NULL, 0, NULL);
    return S_OK;
}
static HRESULT WINAPI stop(object *o) {
    SetEvent(stopping);
    /* Windows waits for a report under way as well: a caller that keeps a lock meanwhile hangs. */
    if (WaitForSingleObject(thread, 10000)) InterlockedExchange(&trouble, 3);
    CloseHandle(thread); CloseHandle(stopping);
    thread = NULL;
    return S_OK;
}
static HRESULT WINAPI shut(object *o) {
    if (listener) ((count_fn)listener->table[2])(listener);
    listener = NULL;
    return S_OK;
}
static HRESULT WINAPI shut_state(object *o, int *out) { *out = listener ? 1 : 0; return S_OK; }
static const void *shutdown_table[] = {nobody, add, drop, shut, shut_state};
static HRESULT WINAPI monitor_query(object *o, REFIID id, void **out) {
    if (!memcmp(id, &SHUTDOWN, sizeof(GUID))) { *out = make(shutdown_table, NULL, 0); return S_OK; }
    if (!memcmp(id, &MONITOR, sizeof(GUID)) || !memcmp(id, &UNKNOWN, sizeof(GUID))) { add(o); *out = o; return S_OK; }
    *out = NULL;
    return E_NOINTERFACE;
}
static const void *monitor_table[] = {monitor_query, add, drop, start, stop};

__declspec(dllexport) HRESULT WINAPI MFCreateSensorActivityMonitor(object *callback, object **out) {
    void *same = NULL, *other = NULL;
    memset(script, 0, sizeof script);
    GetEnvironmentVariableW(L"CAMCHECK_STANDIN", script, 8000);
    if (failing(L"create")) return E_NOTIMPL;
    trouble = 0;
    /* A well-made object answers for its own interface and refuses others. */
    if (((query_fn)callback->table[0])(callback, &CALLBACK_ID, &same) || same != callback) return E_NOINTERFACE;
    if (((query_fn)callback->table[0])(callback, &SHUTDOWN, &other) != E_NOINTERFACE || other) return E_UNEXPECTED;
    listener = same;
    *out = make(monitor_table, NULL, 0);
    return S_OK;
}

__declspec(dllexport) LONG WINAPI StandinOutstanding(void) { return outstanding; }
__declspec(dllexport) LONG WINAPI StandinTrouble(void) { return trouble; }
BOOL WINAPI DllMain(HINSTANCE i, DWORD why, void *r) { return TRUE; }
