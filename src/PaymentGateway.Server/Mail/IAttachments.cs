using PaymentGateway.Database;

namespace PaymentGateway.Mail;

/// <param name="Name">With its ending, as the reader will save it.</param>
/// <param name="ContentType">Such as <c>application/pdf</c>.</param>
public sealed record MailFile(string Name, string ContentType, byte[] Bytes);

/// <summary>Finds the files of one kind that go with letters; each area brings its own.</summary>
public interface IAttachments
{
    string Kind { get; }

    /// <returns>Null: it is not there yet, so the mail waits for it.</returns>
    Task<MailFile?> Find(Tenant? tenant, string id, CancellationToken cancel);
}
