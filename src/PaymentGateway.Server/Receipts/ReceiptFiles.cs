using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Mail;

namespace PaymentGateway.Receipts;

/// <summary>Documents as files of letters: a receipt by its id, a credit note by its refund's.</summary>
public sealed class ReceiptFiles : IAttachments
{
    public const string OfReceipt = "receipt";
    public const string OfRefund = "credit_note";

    private readonly ReceiptBook book;
    private readonly PrintReceipt print;

    internal ReceiptFiles(string kind, ReceiptBook book, PrintReceipt print) => (Kind, this.book, this.print) = (kind, book, print);

    public string Kind { get; }

    public async Task<MailFile?> Find(Tenant? tenant, string id, CancellationToken cancel)
    {
        var receipt = Kind == OfRefund ? await book.FindOfRefund(tenant!, id, cancel) : await book.Find(tenant!, id, cancel);
        if (receipt is null)
        {
            return null;
        }

        var file = await print.Of(receipt, Origin.Worker, cancel);
        return new(file.NameFor(receipt), file.ContentType, file.Content);
    }
}
