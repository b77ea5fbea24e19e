namespace PaymentGateway.Commit;

/// <summary>Too many changes wait to be written: this one was not taken, nothing was written, and later it may be.</summary>
public sealed class CommitQueueFullException() : Exception("Too many changes wait to be written.");
