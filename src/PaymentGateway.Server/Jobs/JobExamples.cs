namespace PaymentGateway.Jobs;

/// <summary>Answers of the endpoints of jobs.</summary>
internal static class JobExamples
{
    public const string Run =
        """
        {
          "id": "run_01m7y66z84fp6apgqpphw8p8j7", "job": "forget-job-runs", "dueAt": "2026-11-21T03:20:00.000Z", "cause": "schedule",
          "status": "succeeded", "missed": 0, "attempts": 1, "startedAt": "2026-11-21T03:20:02.118Z",
          "finishedAt": "2026-11-21T03:20:02.145Z", "durationMs": 27, "outcome": "12 forgotten"
        }
        """;

    public const string WaitingRun =
        """
        {
          "id": "run_01m7y66z84fp6apgqpphw8p8j7", "job": "forget-job-runs", "dueAt": "2026-11-21T09:35:40.329Z", "cause": "person",
          "requestedBy": "usr_01m7y66z84fp6apgqpphw8p8j7", "status": "waiting", "missed": 0, "attempts": 0
        }
        """;

    public const string List =
        $$"""
        {
          "data": [{
            "name": "forget-job-runs", "purpose": "Forgets runs of jobs that ended more than 90 days ago.", "schedule": "daily at 03:20",
            "timeZone": "UTC", "nextRunAt": "2026-11-22T03:20:00.000Z", "lastRun": {{Run}}
          }]
        }
        """;
}
