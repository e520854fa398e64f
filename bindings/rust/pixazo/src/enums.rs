// Made from pixazo.h by bindings/abi/generate.py; a change here is lost.

raw_enum! {
    /// What kind of error it is: `PZ_E_*` of pixazo.h.
    ErrorClass: i32 {
        /// A defect of the library.
        Internal = PZ_E_INTERNAL,
        /// Out of memory.
        OutOfMemory = PZ_E_NOMEM,
        /// A NULL or wrong handle, a value that is not allowed; pz_error_field names the parameter.
        InvalidArgument = PZ_E_INVALID_ARG,
        /// Not now: the job has ended, has not ended, the mode is another one.
        InvalidState = PZ_E_INVALID_STATE,
        /// This endpoint, job or address cannot do that.
        Unsupported = PZ_E_UNSUPPORTED,
        /// Caller and library do not fit.
        Version = PZ_E_VERSION,
        /// No such endpoint, job, picture; or: the price is unknown.
        NotFound = PZ_E_NOT_FOUND,
        /// A limit of this client or of the process; drain events or wait, then try again.
        Limit = PZ_E_LIMIT,
        /// The time given has passed; a job that ends with it may still be running at the gateway.
        Timeout = PZ_E_TIMEOUT,
        /// By the host.
        Cancelled = PZ_E_CANCELLED,
        /// The client is shut down.
        Closed = PZ_E_CLOSED,
        /// Handle of the parent process used in a forked child.
        Forked = PZ_E_FORKED,
        /// Blocking call made from a callback of the same client.
        Deadlock = PZ_E_DEADLOCK,
        /// Local file: not there, no permission, disk full.
        Io = PZ_E_IO,
        /// The host's own spending cap.
        Budget = PZ_E_BUDGET,
        /// Refused, unreachable, broken.
        Network = PZ_E_NETWORK,
        /// The host name could not be resolved.
        Dns = PZ_E_DNS,
        /// Handshake, certificate, CA.
        Tls = PZ_E_TLS,
        /// The proxy.
        Proxy = PZ_E_PROXY,
        /// The answer was not understood, or was a redirect (never followed with the key).
        Protocol = PZ_E_PROTOCOL,
        /// 400 and its like: not charged.
        BadRequest = PZ_E_BAD_REQUEST,
        /// No key, or 401, 403: a submit that is refused so is not charged.
        Auth = PZ_E_AUTH,
        /// 402: not charged; pz_error_required_microusd if it named a price.
        Balance = PZ_E_BALANCE,
        /// 429, attempts used up: not charged.
        RateLimited = PZ_E_RATE_LIMITED,
        /// 400 with that error, 404: not charged.
        ModelNotFound = PZ_E_MODEL_NOT_FOUND,
        /// 5xx where no paid request was in doubt.
        Server = PZ_E_SERVER,
        /// Status FAILED: charged unknown.
        JobFailed = PZ_E_JOB_FAILED,
        /// Status ERROR: not charged.
        JobError = PZ_E_JOB_ERROR,
        /// Says success, names no picture: charged unknown.
        NoOutput = PZ_E_NO_OUTPUT,
        /// This picture could not be fetched whole; pz_client_fetch_again tries once more.
        Output = PZ_E_OUTPUT,
        /// The paid request may have been accepted; it is never sent again by itself.
        Uncertain = PZ_E_UNCERTAIN,
    }
}

raw_enum! {
    /// Where a job stands.
    State: i32 {
        /// Accepted by the client, nothing sent yet.
        Waiting = PZ_STATE_WAITING,
        /// The paid request is on its way.
        Submitting = PZ_STATE_SUBMITTING,
        /// Sent, answer lost, and a proof may still come; otherwise such a job ends FAILED with PZ_E_UNCERTAIN.
        Uncertain = PZ_STATE_UNCERTAIN,
        /// Accepted by the gateway; polled.
        Queued = PZ_STATE_QUEUED,
        /// The gateway works on it; polled.
        Processing = PZ_STATE_PROCESSING,
        /// Made; its pictures are on their way.
        Downloading = PZ_STATE_DOWNLOADING,
        /// The gateway made it; each output has a status of its own.
        Completed = PZ_STATE_COMPLETED,
        /// pz_job_error says why.
        Failed = PZ_STATE_FAILED,
        /// By the host, or by closing the client; what was sent may be made and charged all the same.
        Cancelled = PZ_STATE_CANCELLED,
    }
}

raw_enum! {
    /// What an event tells.
    EventType: i32 {
        /// The job moved to another state that is not terminal.
        State = PZ_EVENT_STATE,
        /// Only the newest undelivered one per job is kept.
        Progress = PZ_EVENT_PROGRESS,
        /// Output pz_event_index is settled: fetched, or failed with pz_event_error.
        Output = PZ_EVENT_OUTPUT,
        /// Exactly one per job, its last.
        Done = PZ_EVENT_DONE,
        /// A line for people; the oldest undelivered ones are dropped first.
        Log = PZ_EVENT_LOG,
        /// Jobs wait for an API key, or for another one; answer with pz_client_set_api_key.
        NeedKey = PZ_EVENT_NEED_KEY,
        /// Picture pz_event_field, pz_event_index must be a URL; answer with pz_job_provide_url.
        NeedUrl = PZ_EVENT_NEED_URL,
    }
}

raw_enum! {
    /// Whether the gateway took money. Only what is documented or proven is `Yes` or `No`.
    Charged: i32 {
        /// `PZ_CHARGED_UNKNOWN`.
        Unknown = PZ_CHARGED_UNKNOWN,
        /// Nothing was sent, or it was refused, or it ended with status ERROR ("not charged" in the documents).
        No = PZ_CHARGED_NO,
        /// It was made.
        Yes = PZ_CHARGED_YES,
    }
}

raw_enum! {
    /// When the gateway calls a webhook.
    WebhookMode: i32 {
        /// One, when the job has ended.
        Terminal = PZ_WEBHOOK_TERMINAL,
        /// On the way too; the gateway then looks at its queue every 15 s at least.
        Sync = PZ_WEBHOOK_SYNC,
    }
}

raw_enum! {
    /// How much is logged.
    LogLevel: i32 {
        /// `PZ_LOG_OFF`.
        Off = PZ_LOG_OFF,
        /// `PZ_LOG_ERROR`.
        Error = PZ_LOG_ERROR,
        /// `PZ_LOG_WARN`.
        Warn = PZ_LOG_WARN,
        /// `PZ_LOG_INFO`.
        Info = PZ_LOG_INFO,
        /// `PZ_LOG_DEBUG`.
        Debug = PZ_LOG_DEBUG,
    }
}

raw_enum! {
    /// What a build of the library may or may not have.
    Feature: u32 {
        /// pz_client_wakeup_handle works on this platform.
        WakeupHandle = PZ_FEATURE_WAKEUP_HANDLE,
        /// PZ_DISPATCH_THREAD works on this platform.
        DispatchThread = PZ_FEATURE_DISPATCH_THREAD,
        /// pz_options_set_journal works on this platform.
        Journal = PZ_FEATURE_JOURNAL,
        /// pz_options_set_webhook_url works on this platform.
        Webhook = PZ_FEATURE_WEBHOOK,
    }
}

raw_enum! {
    /// What a form would show for a parameter.
    ParamType: i32 {
        /// `PZ_PARAM_STRING`.
        String = PZ_PARAM_STRING,
        /// `PZ_PARAM_INTEGER`.
        Integer = PZ_PARAM_INTEGER,
        /// `PZ_PARAM_NUMBER`.
        Number = PZ_PARAM_NUMBER,
        /// `PZ_PARAM_BOOLEAN`.
        Boolean = PZ_PARAM_BOOLEAN,
        /// One picture.
        Image = PZ_PARAM_IMAGE,
        /// Several pictures.
        Images = PZ_PARAM_IMAGES,
        /// "WxH", a named size, or {"width":w,"height":h}; also set by `width` with `height`.
        Size = PZ_PARAM_SIZE,
        /// `PZ_PARAM_STRING_LIST`.
        StringList = PZ_PARAM_STRING_LIST,
        /// pz_param_json lists the members.
        ObjectList = PZ_PARAM_OBJECT_LIST,
        /// A URL that is no picture.
        Url = PZ_PARAM_URL,
    }
}

raw_enum! {
    /// Counters since the client was made, and gauges of now.
    Stat: i32 {
        /// Gauge: jobs that have not ended.
        JobsLive = PZ_STAT_JOBS_LIVE,
        /// Paid requests started.
        Submits = PZ_STAT_SUBMITS,
        /// Status requests.
        Polls = PZ_STAT_POLLS,
        /// Downloads started.
        Downloads = PZ_STAT_DOWNLOADS,
        /// Paid requests started again after proof that the one before was not processed.
        Retries = PZ_STAT_RETRIES,
        /// Answers 429.
        Throttled = PZ_STAT_THROTTLED,
        /// Status requests without a usable answer.
        PollErrors = PZ_STAT_POLL_ERRORS,
        /// Jobs that have ended.
        Done = PZ_STAT_DONE,
        /// Gauge: undelivered events.
        EventsQueued = PZ_STAT_EVENTS_QUEUED,
        /// `PZ_STAT_CONNECTIONS_OPENED`.
        ConnectionsOpened = PZ_STAT_CONNECTIONS_OPENED,
        /// `PZ_STAT_BYTES_RECEIVED`.
        BytesReceived = PZ_STAT_BYTES_RECEIVED,
        /// High estimates of jobs that ended charged or perhaps charged.
        BudgetSpentMicrousd = PZ_STAT_BUDGET_SPENT_MICROUSD,
        /// Gauge: high estimates of jobs that have not ended.
        BudgetReservedMicrousd = PZ_STAT_BUDGET_RESERVED_MICROUSD,
        /// Gauge: bytes of outputs held in memory.
        BytesBuffered = PZ_STAT_BYTES_BUFFERED,
        /// Webhooks delivered that came with a nonce of this client.
        Webhooks = PZ_STAT_WEBHOOKS,
        /// Rows written to the journal.
        JournalRows = PZ_STAT_JOURNAL_ROWS,
        /// Writes to the journal that failed; they are tried again.
        JournalFailures = PZ_STAT_JOURNAL_FAILURES,
    }
}
